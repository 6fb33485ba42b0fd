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

  describe('with two keys for one place', () => {
    const [one, other] = [5, 5 + 1024]

    it('takes neither for the other', () => {
      for (const chance of [0, 0.49, 0.5, 0.99]) {
        const seen = new SeenBefore(256, () => chance)
        expect([one, other].map((key) => seen.mark(key))).toEqual([false, false])
      }
    })

    it('gives it to the later one half of the time', () => {
      const given = (chance: number) => {
        const seen = new SeenBefore(256, () => chance)
        for (const key of [one, other]) seen.mark(key)
        return [one, other].map((key) => seen.mark(key))
      }
      expect(given(0)).toEqual([false, false])
      expect(given(0.49)).toEqual([false, false])
      expect(given(0.5)).toEqual([true, false])
      expect(given(0.99)).toEqual([true, false])
    })

    it('tells each again before long, when they come in turn', () => {
      const seen = new SeenBefore(256)
      const told = new Set<number>()
      // Whoever was told again is remembered elsewhere, and asks no more. To fail by chance, take 2^-100.
      for (let round = 0; round < 200; round++)
        for (const key of [one, other]) if (!told.has(key) && seen.mark(key)) told.add(key)
      expect(told).toEqual(new Set([one, other]))
    })
  })

  it.each([
    [1, 1024],
    [256, 1024],
    [257, 2048],
    [10_000, 65_536],
  ])('with %i keys to expect has places for %i', (most, places) => {
    const seen = new SeenBefore(most, () => 0)
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
