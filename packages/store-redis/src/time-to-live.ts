/** In seconds: how much longer than needed everything is kept, however far the clocks are apart. */
export const MARGIN = 24 * 60 * 60

/** A hundred years, in milliseconds. Redis refuses a time to live that overflows its clock. */
const MOST = 100 * 365 * 24 * 60 * 60 * 1000

/**
 * How long Redis keeps something, in milliseconds. It only tidies up: what counts is the caller's time, compared in the
 * script. So this is a duration and never a point in time, and the clock of Redis need not tell the same time, or any.
 */
export function timeToLive(from: number, until: number): string {
  const seconds = Math.max(until - from, 0) + MARGIN
  return String(Math.min(Math.ceil(seconds * 1000), MOST))
}
