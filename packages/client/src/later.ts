import type { Session } from './session.ts'

/** In seconds. No timer is set for longer, because it can overflow, and no answer makes anybody wait longer. */
export const LONGEST = 3600

/** One thing to do later. To plan another, or none, forgets it. */
export function createLater(session: Session): (work?: () => void, seconds?: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (work, seconds = 0) => {
    clearTimeout(timer)
    if (!work) return
    timer = setTimeout(() => session.isClosed || work(), Math.min(seconds, LONGEST) * 1000)
    // In Node, a refresh that is due tomorrow is no reason to stay.
    ;(timer as { unref?: () => void }).unref?.()
  }
}

/**
 * Seconds before the next attempt after so many failures: 1, 2, 4 … 60, each less a random part, so that not all come at
 * once. Longer where the answer says so.
 */
export function backoff(
  failures: number,
  { retryAfter = 0 }: { retryAfter?: unknown } = {},
): number {
  const seconds = Math.min(60, 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
  return Math.min(Math.max(seconds, Number(retryAfter)), LONGEST)
}
