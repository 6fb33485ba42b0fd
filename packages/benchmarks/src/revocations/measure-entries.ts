import { setTimeout as delay } from 'node:timers/promises'
import { createRevocationFeed } from '@gatewarden/core'
import { type Timed, timed } from './block-probe.ts'
import { createGeneratedLog, EVERY_KIND } from './generated-log.ts'
import { type CheckTimes, measureChecks } from './measure-checks.ts'
import { growth, type MemoryUse, memoryUse } from './memory-growth.ts'

/*
 * A feed that holds so many entries, in a process of its own: `node --expose-gc measure-entries.js <entries> <tokens>
 * <rounds>`.
 */

export interface Held {
  /** From an empty feed to a full one. */
  readonly grown: MemoryUse
  readonly idle: Timed
  readonly loading: Timed
  /** One entry in ten is over, and leaves. */
  readonly sweeping: Timed
  readonly leftAfterSweep: MemoryUse
  readonly checks: CheckTimes
}

const [entries = NaN, tokens = NaN, rounds = NaN] = process.argv.slice(2).map(Number)

const HOUR = 3600
const DAY = 86_400
/** Seconds for which an entry may be kept longer than it has to be. */
const KEPT_LONGER = 60
const IDLE_MS = 3000
const PATIENCE_SECONDS = 900

const startedAt = Math.floor(Date.now() / 1000)
let ahead = 0
const clock = () => Math.floor(Date.now() / 1000) + ahead

// What is compiled and set up once does not count for the entries, nor does the heap that reading many of them takes.
const rehearsal = createFeed(Math.ceil(entries / 10), -DAY).feed
await rehearsal.ready()
await rehearsal.close()

const { feed, log } = createFeed(entries)
const before = await memoryUse()
const idle = await timed(() => delay(IDLE_MS))
const loading = await timed(() => feed.ready())
const after = await memoryUse()
const checks = await measureChecks(feed, log, tokens, rounds)
const held = feed.health().entries
const sweeping = await timed(async () => {
  ahead = HOUR + KEPT_LONGER + 1
  // A part with few of them in it is not worth being made anew.
  while (feed.health().entries > held - 0.9 * (entries / 10)) {
    if (performance.now() / 1000 > PATIENCE_SECONDS) throw new Error('what is over does not leave')
    await delay(10)
  }
})
const swept = await memoryUse()
await feed.close()

process.stdout.write(
  `${JSON.stringify({
    grown: growth(before, after),
    idle,
    loading,
    sweeping,
    leftAfterSweep: growth(before, swept),
    checks,
  } satisfies Held)}\n`,
)

/** @param later seconds by which all of them end later */
function createFeed(count: number, later = 0) {
  const log = createGeneratedLog({
    entries: count,
    kindOf: EVERY_KIND,
    untilOf: (row) => startedAt + later + (row % 10 === 0 ? HOUR : DAY - HOUR),
  })
  return { log, feed: createRevocationFeed({ log, clock }) }
}
