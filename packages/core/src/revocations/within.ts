/** Seconds for which a log may keep anybody waiting, and anybody waits for it. */
export const ANSWER_WITHIN = 5

const TICKS = 10

/**
 * What a log answers, or a failure when it does not: one that hangs is one that is down. Time in which this process was
 * suspended does not count, since nobody could have heard an answer.
 *
 * @throws Error when the time is over. What comes afterwards is given to `late`
 */
export function within<T>(
  answer: T | PromiseLike<T>,
  seconds: number,
  late: (value: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let ticks = 0
    let isLate = false
    // Many short waits: a process that wakes up finds one of them over, and not all.
    const timer = setInterval(
      () => {
        ticks++
        if (ticks < TICKS) return
        clearInterval(timer)
        isLate = true
        reject(new Error(`no answer within ${seconds} seconds`))
      },
      (seconds * 1000) / TICKS,
    )
    Promise.resolve(answer).then(
      (value) => {
        clearInterval(timer)
        if (isLate) late(value)
        else resolve(value)
      },
      (error: unknown) => {
        clearInterval(timer)
        reject(error instanceof Error ? error : new Error('the log failed', { cause: error }))
      },
    )
  })
}
