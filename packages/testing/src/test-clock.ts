import type { Clock } from '@gatewarden/core'

/** A clock that stands still until it is told otherwise. Call it for the time, in whole seconds since the epoch. */
export interface TestClock extends Clock {
  /** Moves the time on by so many seconds; back, when negative. */
  readonly advance: (seconds: number) => void
  /** Sets the time, in seconds since the epoch. */
  readonly set: (seconds: number) => void
}

/**
 * Creates a clock for tests, to be shared by the authority that issues tokens and the guard that verifies them.
 *
 * @param start seconds since the epoch. Default 1,800,000,000 (January 2027).
 * @throws RangeError (from `advance` and `set`, too) for anything but whole seconds
 */
export function createTestClock(start = 1_800_000_000): TestClock {
  let now = wholeSeconds(start)
  return Object.assign(() => now, {
    advance(seconds: number) {
      now = wholeSeconds(now + seconds)
    },
    set(seconds: number) {
      now = wholeSeconds(seconds)
    },
  })
}

/** A clock at NaN would make every comparison false, and tests of expiry pass or fail for the wrong reason. */
function wholeSeconds(seconds: number): number {
  if (Number.isSafeInteger(seconds)) return seconds
  throw new RangeError(`expected whole seconds, got ${seconds}`)
}
