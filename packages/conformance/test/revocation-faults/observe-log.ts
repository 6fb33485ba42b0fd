import type { RevocationLog } from '@gatewarden/core'

/** A reading that came to the end, by `performance.now()`. */
export interface Reading {
  /** When the first question of it was asked, for a snapshot or for pages before the last. */
  readonly began: number
  /** When the last page of it was. */
  readonly asked: number
  readonly ended: number
}

export interface ObservedLog {
  readonly log: RevocationLog
  readonly readings: Reading[]
  readonly counts: { snapshots: number; wakeUps: number }
}

/** Notes what a feed does with its log. */
export function observeLog(observed: RevocationLog): ObservedLog {
  const readings: Reading[] = []
  const counts = { snapshots: 0, wakeUps: 0 }
  let began: number | undefined

  /** Of a reading that failed, the next one is another. */
  async function within<T>(answer: Promise<T>): Promise<T> {
    began ??= performance.now()
    try {
      return await answer
    } catch (error) {
      began = undefined
      throw error
    }
  }

  const log: RevocationLog = {
    append: (entries) => observed.append(entries),
    find: (keys) => observed.find(keys),
    sweep: (now) => observed.sweep(now),
    snapshot: async (now) => {
      const snapshot = await within(observed.snapshot(now))
      counts.snapshots++
      return snapshot
    },
    read: async (cursor) => {
      const asked = performance.now()
      const page = await within(observed.read(cursor))
      if (page?.hasMore === false) {
        readings.push({ began: began ?? asked, asked, ended: performance.now() })
        began = undefined
      }
      return page
    },
    listen: (wake) =>
      observed.listen(() => {
        counts.wakeUps++
        wake()
      }),
  }
  return { log, readings, counts }
}
