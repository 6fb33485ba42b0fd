/** Milliseconds for which a store may keep anybody waiting. */
const LONGEST_WAIT_MS = 10_000

/**
 * What a store answers, or a failure when it does not. A connection that was cut without a word answers never, unless its
 * client has a time-out of its own; and whoever waits for that holds up everybody who waits for the same answer.
 *
 * @throws Error when the time is over. What the store does afterwards is ignored, as if the answer had been lost
 */
export async function withinDeadline<T>(
  call: () => T | PromiseLike<T>,
  waitMs = LONGEST_WAIT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${waitMs / 1000} seconds`)), waitMs)
  })
  try {
    return await Promise.race([call(), late])
  } finally {
    clearTimeout(timer)
  }
}
