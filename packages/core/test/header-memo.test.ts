import { HeaderMemo } from '../src/header-memo.ts'
import { header } from './mint.ts'

describe('HeaderMemo', () => {
  it('recalls a header by its segment, and nothing by another', () => {
    const memo = new HeaderMemo()
    const judged = header({ kid: 'k' })
    memo.remember('abc', judged)
    expect(memo.recall('abc')).toBe(judged)
    for (const segment of ['abd', 'ab', 'ABC', '', '__proto__', 'constructor'])
      expect(memo.recall(segment)).toBeUndefined()
  })

  it('holds 64 headers and forgets all of them for a 65th (bounded)', () => {
    const memo = new HeaderMemo()
    const name = (at: number) => `segment-${at}`
    const held = (upTo: number) =>
      Array.from({ length: upTo }, (_, at) => at).filter(
        (at) => memo.recall(name(at)) !== undefined,
      )

    for (let at = 0; at < 64; at++) memo.remember(name(at), header())
    expect(held(64)).toHaveLength(64)
    memo.remember(name(63), header())
    expect(held(64)).toHaveLength(64)
    memo.remember(name(64), header())
    expect(held(65)).toEqual([64])
    for (let at = 0; at < 10_000; at++) memo.remember(name(at), header())
    expect(held(10_000).length).toBeLessThanOrEqual(64)
  })
})
