import { systemClock } from '../src/clock.ts'

it('systemClock tells whole seconds since the epoch', () => {
  const { now } = Date
  try {
    for (const [milliseconds, seconds] of [
      [1_750_000_000_000, 1_750_000_000],
      [1_750_000_000_999, 1_750_000_000],
      [1_750_000_001_000, 1_750_000_001],
    ] as const) {
      Date.now = () => milliseconds
      expect(systemClock()).toBe(seconds)
    }
  } finally {
    Date.now = now
  }
})
