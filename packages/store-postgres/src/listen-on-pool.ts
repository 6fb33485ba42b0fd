import { setTimeout as delay } from 'node:timers/promises'
import type { PgPool } from './client.ts'
import { type CheckTimes, subscribe } from './subscription.ts'

/** In milliseconds. */
export interface ListeningTimes extends CheckTimes {
  /** About how long to wait when the connection breaks; twice as long after each failure to replace it. */
  readonly firstRetry: number
  readonly longestRetry: number
}

const defaultTimes: ListeningTimes = {
  checkEvery: 10_000,
  answerWithin: 5_000,
  firstRetry: 200,
  longestRetry: 5_000,
}

/** How many connections of a pool listen: the stores of several schemas may share one. */
const listening = new WeakMap<PgPool, number>()

/** As `pg` has it. */
const DEFAULT_MAX = 10

/**
 * Listens on a connection of its own, which it takes out of the pool for as long as it listens. When the connection breaks,
 * it is replaced, and `wake` called, since what was notified in between is lost. Ends by itself when the pool does.
 *
 * @throws when the pool has one connection only, which nobody else would ever get, and when half of them listen already
 */
export async function listenOnPool(
  pool: PgPool,
  channelText: string,
  wake: () => void,
  times = defaultTimes,
): Promise<() => Promise<void>> {
  if (pool.options?.max === 1)
    throw new Error(
      'Listening takes a connection for itself, and this pool has no more than one: make it with max: 2 or more',
    )
  const others = listening.get(pool) ?? 0
  const max = pool.options?.max ?? DEFAULT_MAX
  if (others >= Math.max(1, Math.floor(max / 2)))
    throw new Error(
      `Of the ${max} connections of this pool, ${others} listen for stores of other schemas already: make it with a larger max, ` +
        'or give each store a pool of its own',
    )
  listening.set(pool, others + 1)
  let isCounted = true
  const leave = () => {
    if (isCounted) listening.set(pool, (listening.get(pool) ?? 1) - 1)
    isCounted = false
  }
  const open = () => subscribe(pool, channelText, wake, times)
  const ending = new AbortController()
  let subscription: Awaited<ReturnType<typeof open>> | undefined
  try {
    subscription = await open()
  } catch (error) {
    leave()
    throw error
  }
  void keep()
  return () => {
    ending.abort()
    subscription?.end()
    leave()
    return Promise.resolve()
  }

  async function keep(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const began = performance.now()
      await subscription?.over
      // By how long it lasted: one that is opened and breaks, again and again, is no success.
      if (performance.now() - began > times.longestRetry) failures = 0
      await pause(failures)
      if (ending.signal.aborted || pool.ending === true) return leave()
      subscription = await open().catch(() => undefined)
      if (ending.signal.aborted) subscription?.end()
      else if (subscription !== undefined) wake()
    }
  }

  /** At random, so that processes which lost the same server do not all come back to it at one moment. */
  function pause(failures: number): Promise<unknown> {
    const bound = Math.min(times.longestRetry, times.firstRetry * 2 ** failures)
    const options = { ref: false, signal: ending.signal }
    return delay(bound * (0.5 + Math.random() / 2), undefined, options).catch(() => undefined)
  }
}
