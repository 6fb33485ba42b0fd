import type { Course, Table } from '../lib/results.ts'
import { followRule, gatewarden, REFRESHES, RETRIES } from './clients.ts'
import {
  type CreateClient,
  isDuring,
  type Outage,
  simulate,
  type Simulation,
} from './simulation.ts'

/** Seconds: what all processes do at their start is no matter of how they refresh. */
const START = 60

/** Seconds for one point of a picture. */
const STEP = 60

/** How soon a provider that fails says so, in seconds. */
const ANSWER_TIME = 0.05

export interface Findings {
  readonly table: Table
  readonly course: Course
}

/** Requests by name of the variant, second by second. */
type Requests = Readonly<Record<string, readonly number[]>>

const { 'again every 5 s': FIXED, 'backoff with jitter': BACKOFF } = RETRIES
const {
  'at expiry': AT_EXPIRY,
  'ahead, at 80 %': AHEAD,
  'ahead, at 80 to 95 %': AHEAD_WITH_JITTER,
} = REFRESHES

const OURS = 'gatewarden'

/** What a provider sees that always answers. */
export async function simulateCalm(size: Simulation): Promise<Findings> {
  const requests = await simulateAll(size, {
    'at expiry': followRule({ refreshAfter: AT_EXPIRY, retryAfter: FIXED }),
    'ahead, at 80 %': followRule({ refreshAfter: AHEAD, retryAfter: FIXED }),
    [`${OURS}: ahead, at 80 to 95 %`]: gatewarden,
  })
  const afterStart = (_: number, second: number) => second >= START
  return {
    table: {
      title: 'Requests per second at a provider that answers',
      columns: ['peak', 'mean', 'peak by mean'],
      rows: Object.entries(requests).map(([name, each]) => {
        const [peak, mean] = [peakOf(each, afterStart), meanOf(each, afterStart)]
        return { name, figures: [peak, mean, peak / mean] }
      }),
      note: `${describe(size)} Without the first minute, in which everybody fetches for the first time.`,
    },
    course: courseOf('A provider that answers', requests),
  }
}

/** What a provider sees that fails for a while. */
export async function simulateOutage(size: Simulation, outage: Outage): Promise<Findings> {
  const through = { ...size, outage }
  const requests = {
    ...(await simulateAll(through, {
      'at expiry, again every 5 s': followRule({ refreshAfter: AT_EXPIRY, retryAfter: FIXED }),
      'ahead at 80 %, again every 5 s': followRule({ refreshAfter: AHEAD, retryAfter: FIXED }),
      'ahead at 80 to 95 %, again every 5 s': followRule({
        refreshAfter: AHEAD_WITH_JITTER,
        retryAfter: FIXED,
      }),
      'at expiry, backoff with jitter': followRule({
        refreshAfter: AT_EXPIRY,
        retryAfter: BACKOFF,
      }),
      'ahead at 80 %, backoff with jitter': followRule({
        refreshAfter: AHEAD,
        retryAfter: BACKOFF,
      }),
      [`${OURS}: ahead at 80 to 95 %, backoff with jitter`]: gatewarden,
    })),
    [`jose, computed for ${String(size.rate)} tokens a second`]: await computeJose(size, outage),
  }
  const isOut = (_: number, second: number) => isDuring(outage, second)
  const isOver = (_: number, second: number) => second >= outage.to
  return {
    table: {
      title: 'Requests per second at a provider that fails for ten minutes',
      columns: ['peak of the outage', 'mean of the outage', 'peak afterwards'],
      rows: Object.entries(requests).map(([name, each]) => ({
        name,
        figures: [peakOf(each, isOut), meanOf(each, isOut), peakOf(each, isOver)],
      })),
      note: `${describe(size)} The provider fails from minute ${String(outage.from / 60)} to minute ${String(outage.to / 60)}.`,
    },
    course: courseOf('A provider that fails for ten minutes', requests),
  }
}

/**
 * `createRemoteJWKSet` fetches at expiry, and then for every token until a fetch succeeds: its cooldown counts from
 * successes. What comes while one is under way waits for that one. So a process that verifies `rate` tokens a second asks
 * once in the time that an answer takes and the next token takes to come.
 */
export async function computeJose(size: Simulation, outage: Outage): Promise<number[]> {
  const inOneSecond = size.rate / (1 + size.rate * ANSWER_TIME)
  const retryAfter = () => 1
  const once = await simulate(followRule({ refreshAfter: AT_EXPIRY, retryAfter }), {
    ...size,
    outage,
  })
  return once.map((processes, second) =>
    isDuring(outage, second) ? processes * inOneSecond : processes,
  )
}

async function simulateAll(
  size: Simulation,
  variants: Readonly<Record<string, CreateClient>>,
): Promise<Requests> {
  const requests: Record<string, readonly number[]> = {}
  for (const [name, create] of Object.entries(variants)) {
    requests[name] = await simulate(create, size)
  }
  return requests
}

type When = (requests: number, second: number) => boolean

function peakOf(requests: readonly number[], when: When): number {
  return requests.filter(when).reduce((most, each) => Math.max(most, each), 0)
}

function meanOf(requests: readonly number[], when: When): number {
  const chosen = requests.filter(when)
  return chosen.reduce((sum, each) => sum + each, 0) / chosen.length
}

/** The worst second of each minute: a mean would hide that all come at once. */
function courseOf(title: string, requests: Requests): Course {
  const worst = (each: readonly number[]) =>
    Array.from({ length: Math.ceil(each.length / STEP) }, (_, at) =>
      Math.max(...each.slice(at * STEP, (at + 1) * STEP)),
    )
  return {
    title,
    axis: 'minutes',
    step: STEP / 60,
    lines: Object.entries(requests).map(([name, each]) => ({
      name,
      measure: 'requests per second',
      points: worst(each),
    })),
  }
}

function describe({ processes, seconds, rate }: Simulation): string {
  return (
    `${processes.toLocaleString('en')} processes that start in the same second, each with ${String(rate)} tokens a ` +
    `second, for ${String(seconds / 3600)} hours.`
  )
}
