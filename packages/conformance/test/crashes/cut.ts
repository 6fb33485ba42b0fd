import type { Around } from './connect.ts'

/** Where something is cut off: at so many of the commands or statements that it sends to its store, from 1. */
export interface Cut {
  readonly at: number
  /** `before` it is sent; `during`: sent, and nobody waits for the answer; `after` the answer was read. */
  readonly when: (typeof CUTS)[number]
}

export const CUTS = ['before', 'during', 'after'] as const

export interface Scissors {
  readonly around: Around
  /** Resolves when it was cut off: no step will follow. */
  readonly reached: Promise<void>
  /** From now on it counts, and cuts. */
  readonly arm: () => void
  /** How many were sent since. */
  readonly sent: () => number
}

export function createScissors(cut: Cut | undefined): Scissors {
  let isArmed = false
  let sent = 0
  let isCut = false
  let reach: () => void
  const reached = new Promise<void>((resolve) => (reach = resolve))
  const stop = () => {
    isCut = true
    reach()
    return new Promise<never>(() => undefined)
  }
  return {
    reached,
    sent: () => sent,
    arm: () => {
      isArmed = true
    },
    around: async (send) => {
      // What runs beside it is not sent any more, either.
      if (isCut) return stop()
      if (!isArmed) return send()
      const when = ++sent === cut?.at ? cut.when : undefined
      if (when === 'before') return stop()
      const answer = send()
      if (when === 'during') {
        // The drivers write in the same turn of the event loop.
        setImmediate(() => void stop())
        return new Promise<never>(() => undefined)
      }
      await answer
      return when === 'after' ? stop() : answer
    },
  }
}
