import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createGuard, type FetchedEvent } from '@gatewarden/core'
import { memoryInUse } from '../lib/memory-in-use.ts'
import type { Course, Table } from '../lib/results.ts'
import { AUDIENCE } from '../lib/tokens.ts'
import { Load } from './load.ts'
import { type Phase, Tally } from './observations.ts'
import { guardTime, issuerName, misdeedOf, type Plan } from './plan.ts'
import { startProviders } from './providers.ts'
import { type Flood, floodWithUnknownKids } from './unknown-kids.ts'

/** Between two fetches that unknown kids may cause, in seconds of the guard's clock. */
const COOLDOWN = 30

export interface ScaleSize {
  readonly issuers: number
  /** Valid requests a second. */
  readonly rate: number
  /** How much faster than time the guard's clock runs. */
  readonly speed: number
  /** Seconds in which all providers are good, then in which a tenth of them is not; of real time. */
  readonly warmUp: number
  readonly outages: number
  readonly flood: Flood
}

export interface Findings {
  readonly tables: readonly Table[]
  readonly course: Course
  /** Why valid requests failed. */
  readonly failures: ReadonlyMap<string, number>
}

/** One guard for many issuers, whose keys rotate and a tenth of whose providers misbehaves. */
export async function measureScale(size: ScaleSize): Promise<Findings> {
  const { issuers, rate, speed, warmUp, outages, flood } = size
  const plan: Plan = {
    issuers,
    startedAtMs: Date.now(),
    speed,
    warmUp: warmUp * speed,
    troubles: (outages * speed) / 2,
  }
  const providers = await startProviders(plan)
  const names = Array.from({ length: issuers }, (_, at) => issuerName(providers.origin, at))
  const numbers = new Map(names.map((name, at) => [name, at]))
  const tallies = new Map<string, Tally>()
  const tallyOf = (issuer: number): Tally => {
    const kind = misdeedOf(issuer) ?? GOOD
    const tally = tallies.get(kind) ?? new Tally()
    tallies.set(kind, tally)
    return tally
  }
  names.forEach((_, issuer) => tallyOf(issuer))
  const course = new Sampler(speed)
  const memory: Memory[] = []
  const baseline = await memoryInUse()
  const weigh = async (when: string) =>
    memory.push({
      when,
      heapPerIssuer: ((await memoryInUse()) - baseline) / issuers,
      resident: process.memoryUsage.rss(),
    })

  const guard = createGuard({
    issuers: names.map((issuer) => ({ issuer, audience: AUDIENCE, algorithms: ['ES256'] })),
    clock: () => Math.floor(guardTime(plan)),
    cache: { maxEntries: 2 * issuers },
  })
  const load = new Load(guard, providers, plan, tallyOf)
  let unknownKidFetches = 0
  let isCold = true
  const listen = (message: unknown): void => {
    const event = message as FetchedEvent
    const issuer = numbers.get(event.issuer ?? '')
    if (issuer === undefined || isCold) return
    tallyOf(issuer).count(event)
    course.countFetch(misdeedOf(issuer) === undefined)
    if (issuer === 0 && event.trigger === 'unknown_kid') unknownKidFetches++
  }
  subscribe('gatewarden:fetched', listen)

  const start = performance.now()
  await guard.ready()
  const ready = performance.now() - start
  isCold = false
  await weigh('ready, before any token')
  const askedCold = await providers.asked()
  const loadedAt = guardTime(plan)

  const stopSampling = course.start(load)
  const left = warmUp - (guardTime(plan) - plan.startedAtMs / 1000) / speed
  const calm = await load.run(rate, Math.max(left, 1))
  await weigh('after the warm-up')
  const troubled = await load.run(rate, outages)
  await weigh('after the outages')

  const floodedAt = guardTime(plan)
  const fetchesBefore = unknownKidFetches
  const [flooded, refused] = await Promise.all([
    load.run(rate, flood.tokens / flood.rate),
    floodWithUnknownKids(guard, names[0]!, floodedAt, flood),
  ])
  const floodSeconds = guardTime(plan) - floodedAt
  await weigh('after the flood')
  stopSampling()
  const asked = await providers.asked()
  const hours = (guardTime(plan) - loadedAt) / 3600
  unsubscribe('gatewarden:fetched', listen)
  await providers.stop()
  await guard.close()

  const perHour = (kind: string, document: 'keySets' | 'metadata') => {
    const chosen = names.flatMap((_, at) => ((misdeedOf(at) ?? GOOD) === kind ? [at] : []))
    const fetches = chosen.reduce(
      (sum, at) => sum + asked[document][at]! - askedCold[document][at]!,
      0,
    )
    return fetches / chosen.length / hours
  }
  const many = issuers.toLocaleString('en')
  return {
    tables: [
      {
        title: `${many} issuers on one guard, by what their providers do`,
        columns: [
          'valid requests',
          'during an outage',
          'failed',
          'key sets fetched per hour',
          'metadata fetched per hour',
          'fetches that failed',
          'p99 ms of a fetch',
        ],
        rows: [...tallies].map(([kind, tally]) => ({
          name: kind,
          figures: [
            tally.valid,
            tally.duringOutage,
            tally.failed,
            perHour(kind, 'keySets'),
            perHour(kind, 'metadata'),
            tally.fetchesFailed,
            tally.fetches.percentile(99),
          ],
        })),
        note:
          `Fetches for each issuer and hour of the guard's clock, which ran ${String(speed)} times as fast as time, for ` +
          `${hours.toFixed(1)} hours. Of a fetch counts the time in which it waits for its turn, too.`,
      },
      {
        title: 'How long admit takes',
        columns: ['requests per second', 'p50 ms', 'p99 ms', 'max ms', 'p99 ms since due'],
        rows: [
          latencies('all providers good', rate, calm),
          latencies('a tenth misbehaves', rate, troubled),
          latencies('the same, and a flood of unknown kids', rate, flooded),
        ],
        note: `At the start, all keys of ${many} issuers were there after ${(ready / 1000).toFixed(1)} s.`,
      },
      {
        title: 'Keys that come and go',
        columns: ['keys', 'seconds'],
        rows: [
          { name: 'keys replaced by rotation', figures: [asked.rotations, hours * 3600] },
          {
            name: 'keys withdrawn, and the longest their tokens were admitted',
            figures: [load.withdrawals.keys, load.withdrawals.longest],
          },
        ],
        note: "Seconds of the guard's clock.",
      },
      {
        title: 'A flood of unknown kids',
        columns: ['tokens', 'refused', 'fetches', 'fetches allowed'],
        rows: [
          {
            name: 'one issuer',
            figures: [
              flood.tokens,
              [...refused.values()].reduce((sum, each) => sum + each, 0),
              unknownKidFetches - fetchesBefore,
              Math.ceil(floodSeconds / COOLDOWN) + 1,
            ],
          },
        ],
        note:
          `Within ${floodSeconds.toFixed(0)} seconds of the guard's clock, at most one fetch in ${String(COOLDOWN)} of them. ` +
          `Refused with ${[...refused.keys()].sort().join(', ')}.`,
      },
      {
        title: 'What the guard holds in memory',
        columns: ['heap kB per issuer', 'resident MB of the process'],
        rows: memory.map(({ when, heapPerIssuer, resident }) => ({
          name: when,
          figures: [heapPerIssuer / 1000, resident / 1e6],
        })),
        note: `With four keys an issuer. From the warm-up on, ${(2 * issuers).toLocaleString('en')} remembered tokens are in it.`,
      },
    ],
    course: course.end('A thousand issuers'),
    failures: load.failures,
  }
}

const GOOD = 'good'

interface Memory {
  readonly when: string
  readonly heapPerIssuer: number
  readonly resident: number
}

function latencies(name: string, rate: number, { admit, sinceDue }: Phase) {
  const figures = [rate, admit.percentile(50), admit.percentile(99), admit.max]
  return { name, figures: [...figures, sinceDue.percentile(99)] }
}

/** Notes once a second what happened in it. */
class Sampler {
  readonly #minutesPerSecond: number
  readonly #failed: number[] = []
  readonly #p99: number[] = []
  readonly #good: number[] = []
  readonly #bad: number[] = []
  #fetched = { good: 0, bad: 0 }

  constructor(speed: number) {
    this.#minutesPerSecond = speed / 60
  }

  countFetch(isGood: boolean): void {
    if (isGood) this.#fetched.good++
    else this.#fetched.bad++
  }

  start({ recent }: Load): () => void {
    const timer = setInterval(() => {
      this.#failed.push(recent.failed)
      this.#p99.push(recent.admit.percentile(99))
      this.#good.push(this.#fetched.good / this.#minutesPerSecond)
      this.#bad.push(this.#fetched.bad / this.#minutesPerSecond)
      recent.failed = 0
      recent.admit.reset()
      this.#fetched = { good: 0, bad: 0 }
    }, 1000)
    return () => clearInterval(timer)
  }

  end(title: string): Course {
    const perMinute = 'fetches per minute'
    return {
      title,
      axis: "minutes of the guard's clock",
      step: this.#minutesPerSecond,
      lines: [
        {
          name: 'valid requests that failed',
          measure: 'per second of real time',
          points: this.#failed,
        },
        { name: 'admit', measure: 'p99 in ms', points: this.#p99 },
        { name: 'providers that are good', measure: perMinute, points: this.#good },
        { name: 'providers that misbehave', measure: perMinute, points: this.#bad },
      ],
    }
  }
}
