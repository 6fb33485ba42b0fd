import { createTestClock } from '../src/index.ts'

describe('createTestClock', () => {
  it('stands still', () => {
    const clock = createTestClock()
    expect([clock(), clock()]).toEqual([1_800_000_000, 1_800_000_000])
  })

  it('starts, advances and is set to the second', () => {
    const clock = createTestClock(1_000)
    clock.advance(30)
    expect(clock()).toBe(1_030)
    clock.advance(-60)
    expect(clock()).toBe(970)
    clock.set(5)
    expect(clock()).toBe(5)
  })

  it.each([NaN, Infinity, 0.5])('refuses %p, which is no whole second', (seconds) => {
    const clock = createTestClock()
    expect(() => createTestClock(seconds)).toThrow(RangeError)
    expect(() => clock.advance(seconds)).toThrow(RangeError)
    expect(() => clock.set(seconds)).toThrow(RangeError)
    expect(clock()).toBe(1_800_000_000)
  })
})
