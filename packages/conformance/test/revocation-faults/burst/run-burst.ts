import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createRevocationFeed } from '@gatewarden/core'
import { createAuthority } from '@gatewarden/testing'
import { connect, type Place } from '../../crashes/connect.ts'
import { until } from '../until.ts'
import type { Assignment, Sighting } from './verifier.ts'

/** In milliseconds. */
export interface BurstReport {
  /** From the call until it had resolved; until everything was durable, where it had rejected. */
  readonly durable: number
  /** From then until each process knew all of it; less than nothing where it did before. */
  readonly known: readonly number[]
  /** The longest stall of each process that verifies, and of the one that revokes. */
  readonly stalls: readonly number[]
  /** What of it was work of theirs, and not the machine's. */
  readonly work: readonly number[]
  readonly stallOfRevoker: number
  readonly verified: number
  /** What was said of tokens that are good, but that they pass. */
  readonly wrong: readonly string[]
}

const SAMPLE = 200
const RESOLUTION_MS = 5

/** Revokes many tokens at once, while other processes verify. */
export async function runBurst(
  place: Place,
  { count, processes }: { count: number; processes: number },
): Promise<BurstReport> {
  const authority = createAuthority()
  const { issuer, audience } = authority
  const over = Math.floor(Date.now() / 1000) + 330
  const ids = Array.from({ length: count }, (_, at) => `burst ${at}`)
  const sampled = (at: number) => ids[Math.floor((at * (count - 1)) / (SAMPLE - 1))]
  const store = `s${randomBytes(8).toString('hex')}`
  const assignment: Assignment = {
    ...{ place, store, issuer, audience, count, jwks: authority.jwks() },
    valid: Array.from({ length: 20 }, () => authority.token()),
    revoked: Array.from({ length: SAMPLE }, (_, at) => authority.token({ jti: sampled(at) })),
  }
  const connection = await connect(place)
  const children: ChildProcess[] = []
  try {
    const shared = connection.storeOf(store)
    await shared.ready()
    const feed = createRevocationFeed({ log: shared.revocations })
    await feed.ready()
    for (let number = 0; number < processes; number++) children.push(startVerifier(assignment))
    await Promise.all(children.map(messageOf))
    const sightings = Promise.all(children.map((child) => messageOf(child) as Promise<Sighting>))
    sightings.catch(() => undefined)

    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    histogram.enable()
    const began = Date.now()
    await feed
      .revoke(ids.map((tokenId) => ({ issuer, tokenId, until: over })))
      // Where the server is slow, it is told so, and goes on trying.
      .catch(() => until(() => feed.health().pending === 0, 60, 'all are durable'))
    const durableAt = Date.now()
    histogram.disable()
    const seen = await sightings
    await feed.close()
    return {
      durable: durableAt - began,
      known: seen.map(({ knownAt }) => knownAt - durableAt),
      stalls: seen.map(({ longestStall }) => Math.round(longestStall)),
      work: seen.map(({ longestWork }) => Math.round(longestWork)),
      stallOfRevoker: Math.round(histogram.max / 1e6 - RESOLUTION_MS),
      verified: seen.reduce((sum, { verified }) => sum + verified, 0),
      wrong: [...new Set(seen.flatMap(({ wrong }) => wrong))],
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await connection.close()
  }
}

function startVerifier(assignment: Assignment): ChildProcess {
  const typescript = new URL('../../../scripts/typescript.mjs', import.meta.url).href
  return fork(
    fileURLToPath(new URL('verifier.ts', import.meta.url)),
    [JSON.stringify(assignment)],
    { execArgv: ['--no-warnings', '--import', typescript] },
  )
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process that verifies has ended: ${String(code)}`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
  return message
}
