// A process that verifies tokens while many are revoked elsewhere. Says, as messages to its parent, when it has begun, and what
// it saw. Usage: fork with --import ../../../scripts/typescript.mjs and '<Assignment as JSON>'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { createGuard, createRevocationFeed, type JwkSet } from '@gatewarden/core'
import { connect, type Place } from '../../crashes/connect.ts'

export interface Assignment {
  readonly place: Place
  readonly store: string
  readonly issuer: string
  readonly audience: string
  readonly jwks: JwkSet
  /** Those that stay good. */
  readonly valid: readonly string[]
  /** A sample of those that are revoked. */
  readonly revoked: readonly string[]
  /** How many are revoked in all. */
  readonly count: number
}

export interface Sighting {
  /** Milliseconds since the epoch: when all were known, and each of the sample was refused. */
  readonly knownAt: number
  /** The longest time for which the event loop was not heard of, in milliseconds. */
  readonly longestStall: number
  /** The longest for which the process was at work meanwhile: the rest of a stall is the machine's, which others use. */
  readonly longestWork: number
  readonly verified: number
  /** What was said of tokens that are good, but that they pass. */
  readonly wrong: readonly string[]
}

const EVERY_MS = 5
const RESOLUTION_MS = 5

const { place, store, issuer, audience, jwks, valid, revoked, count } = JSON.parse(
  process.argv[2]!,
) as Assignment
const connection = await connect(place)
const feed = createRevocationFeed({ log: connection.storeOf(store).revocations })
const guard = createGuard({ issuer, audience, jwks, revocation: feed })
await guard.ready()
const saidOf = (token: string) =>
  guard.verify(token).then(
    () => 'passed',
    (error: { code: string }) => error.code,
  )
// What is measured is not the first time that anything runs.
for (let round = 0; round < 50; round++) await Promise.all([...valid, ...revoked].map(saidOf))
await delay(200)

const wrong = new Set<string>()
let verified = 0
let longestWork = 0
let worked = process.cpuUsage()
const timer = setInterval(() => {
  const { user, system } = process.cpuUsage(worked)
  worked = process.cpuUsage()
  longestWork = Math.max(longestWork, (user + system) / 1000)
  for (const token of valid) {
    verified++
    void saidOf(token).then((said) => said === 'passed' || wrong.add(said))
  }
}, EVERY_MS)
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
histogram.enable()
process.send!('begun')

for (;;) {
  await delay(EVERY_MS)
  if (feed.health().entries < count) continue
  const said = await Promise.all(revoked.map(saidOf))
  if (said.every((each) => each === 'ERR_TOKEN_REVOKED')) break
}
const knownAt = Date.now()
histogram.disable()
clearInterval(timer)
const longestStall = histogram.max / 1e6 - RESOLUTION_MS
process.send!({
  knownAt,
  longestStall,
  longestWork,
  verified,
  wrong: [...wrong],
} satisfies Sighting)
await feed.close()
await connection.close()
process.disconnect()
