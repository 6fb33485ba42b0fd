import { BoundedMemo } from '../src/bounded-memo.ts'

describe('BoundedMemo', () => {
  it('recalls a value by its text, and nothing by another', () => {
    const memo = new BoundedMemo<object>(4)
    const value = {}
    memo.remember('abc', value)
    expect(memo.recall('abc')).toBe(value)
    for (const text of ['abd', 'ab', 'ABC', '', '__proto__', 'constructor'])
      expect(memo.recall(text)).toBeUndefined()
    expect(memo.recall('abc')).toBe(value)
  })

  it('keeps its values apart, whichever was asked for last', () => {
    const memo = new BoundedMemo<number>(4)
    memo.remember('one', 1)
    memo.remember('two', 2)
    for (const text of ['one', 'one', 'two', 'one', 'two', 'two'])
      expect(memo.recall(text)).toBe(text === 'one' ? 1 : 2)
  })

  it('holds as many as it was told to and forgets all of them for one more', () => {
    const memo = new BoundedMemo<number>(64)
    const name = (at: number) => `text-${at}`
    const held = (upTo: number) =>
      Array.from({ length: upTo }, (_, at) => at).filter(
        (at) => memo.recall(name(at)) !== undefined,
      )

    for (let at = 0; at < 64; at++) memo.remember(name(at), at)
    expect(held(64)).toHaveLength(64)
    memo.remember(name(63), 63)
    expect(held(64)).toHaveLength(64)
    memo.remember(name(64), 64)
    expect(held(65)).toEqual([64])
    for (let at = 0; at < 10_000; at++) memo.remember(name(at), at)
    expect(held(10_000).length).toBeLessThanOrEqual(64)
  })
})
