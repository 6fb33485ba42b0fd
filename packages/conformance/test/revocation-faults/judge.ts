import type { Reading } from './observe-log.ts'
import type { Outage, Verdict } from './record.ts'
import { stalls } from './stalls.ts'

/** The bounds that a deployment states, and what a process measured of its own. */
export interface Bounds {
  /** Seconds. */
  readonly readEvery: number
  readonly maxStaleness: number
  readonly isOpen: boolean
  readonly readings: readonly Reading[]
  readonly outages: readonly Outage[]
}

/** Milliseconds until a process has noticed that it reaches its server again: client and feed each try every two seconds. */
export const RECOVERY_MS = 6_000

/** Milliseconds for which anybody is kept waiting for a verdict. */
const PATIENCE_MS = 5_000

const MARGIN_MS = 250

/** What is wrong with a verdict; undefined for nothing. */
export function judge(verdict: Verdict, bounds: Bounds): string | undefined {
  const { began, ended } = verdict
  if (ended - began > PATIENCE_MS + MARGIN_MS + stalls.during(began, ended))
    return `took ${Math.round(ended - began)} ms`
  switch (verdict.result) {
    case 'passed':
      return judgePass(verdict, bounds)
    case 'ERR_TOKEN_REVOKED':
      return judgeRefusal(verdict)
    case 'ERR_TOKEN_EXPIRED':
      return verdict.now >= verdict.watched.until ? undefined : 'expired too early'
    case 'ERR_REVOCATION_UNAVAILABLE':
      return judgeOutage(verdict, bounds)
    default:
      return 'is no answer to be given'
  }
}

function judgePass(
  { process, watched, began, ended }: Verdict,
  bounds: Bounds,
): string | undefined {
  const { revoked, unknownTo } = watched
  if (revoked === undefined || ended < revoked.calledAt) return undefined
  const { by, calledAt, durableAt } = revoked
  if (by === process) return began > calledAt ? 'passed where it was revoked' : undefined
  if (unknownTo.has(process)) return undefined
  // The sharpest bound, of no time at all: it was read.
  const read = bounds.readings.find(
    (reading) => reading.asked >= durableAt && reading.ended + MARGIN_MS < began,
  )
  if (read !== undefined) return `passed ${Math.round(began - read.ended)} ms after a reading`
  const { limit, name } = limitOf(process, durableAt, bounds)
  if (ended <= limit) return undefined
  return `passed ${Math.round(ended - durableAt)} ms after it was durable, where ${Math.round(limit - durableAt)} are allowed (${name})`
}

/** Until when a process may let pass what was durable at a time. */
function limitOf(
  process: string,
  durableAt: number,
  { readEvery, maxStaleness, isOpen, readings, outages }: Bounds,
): { limit: number; name: string } {
  const longest = Math.max(0, ...readings.map(({ began, ended }) => ended - began))
  // One that had begun before, and then the one that has it.
  const connected = readEvery * 1000 + 2 * longest + MARGIN_MS
  let limit = durableAt + connected
  let name = 'readEvery'
  for (const outage of outages) {
    if (outage.process !== process || outage.from > limit || outage.to < durableAt) continue
    limit = outage.to + RECOVERY_MS + 2 * longest
    name = 'recovery'
  }
  // Clocks count whole seconds: of a second that has begun, nobody knows how much is over.
  const stale = durableAt + (maxStaleness + 1) * 1000
  if (!isOpen && stale < limit) return { limit: stale, name: 'maxStaleness' }
  return { limit: limit + stalls.during(durableAt, limit), name }
}

function judgeRefusal({ watched: { revoked }, ended }: Verdict): string | undefined {
  return revoked === undefined || ended < revoked.calledAt ? 'was not revoked' : undefined
}

function judgeOutage(
  { status, lagBefore, lagAfter }: Verdict,
  { maxStaleness }: Bounds,
): string | undefined {
  if (status !== 503) return `is answered with ${status}`
  if (lagBefore > maxStaleness && lagAfter > maxStaleness) return undefined
  return `was unavailable at an age of ${lagBefore} to ${lagAfter} s`
}
