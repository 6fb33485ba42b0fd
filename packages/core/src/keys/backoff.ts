/** Seconds: the least and the most between a failure and the next try. */
const SHORTEST = 1
const LONGEST = 60

/**
 * Seconds to wait after so many failures in a row: anything from one second up to a bound that doubles with each, so
 * that processes which failed together do not try again together. What the server asked for is granted, up to a minute.
 */
export function backoff(failures: number, random: () => number, asked = 0): number {
  const bound = Math.min(SHORTEST * 2 ** failures, LONGEST)
  const delay = SHORTEST + random() * (bound - SHORTEST)
  return Math.min(Math.max(delay, asked), LONGEST)
}
