import { SeenBefore } from '../src/seen-before.ts'

describe('SeenBefore', () => {
  it('tells the second time from the first', () => {
    const seen = new SeenBefore(10)
    expect([7, -7, 7, 8, -7, 7].map((key) => seen.mark(key))).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
    ])
  })

  it('forgets a key when another falls on its place, and takes neither for the other', () => {
    const seen = new SeenBefore(1024)
    const [one, other] = [5, 5 + 1024]
    expect([one, other, one, other].map((key) => seen.mark(key))).toEqual(Array(4).fill(false))
    expect(seen.mark(other)).toBe(true)
  })

  it.each([
    [1, 1024],
    [1024, 1024],
    [1025, 2048],
    [10_000, 16_384],
  ])('with %i keys to expect has places for %i', (most, places) => {
    const seen = new SeenBefore(most)
    const keys = Array.from({ length: places }, (_, at) => at + 1)
    for (const key of keys) seen.mark(key)
    expect(keys.every((key) => seen.mark(key))).toBe(true)
    seen.mark(1 + places)
    expect(seen.mark(1)).toBe(false)
  })

  it('forgets everything when it is cleared', () => {
    const seen = new SeenBefore(10)
    seen.mark(7)
    seen.clear()
    expect(seen.mark(7)).toBe(false)
  })
})
