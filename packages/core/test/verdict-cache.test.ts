import fc from 'fast-check'
import type { Verdict } from '../src/verdict.ts'
import { VerdictCache } from '../src/verdict-cache.ts'

const verdictOn = (token: string) => ({ token }) as Verdict<unknown>

describe('VerdictCache', () => {
  it('finds the verdict of a token, and nothing for another', () => {
    const cache = new VerdictCache(10)
    const verdict = verdictOn('head.payload.abcdefghijklmnop')
    cache.keep(verdict)
    expect(cache.find('head.payload.abcdefghijklmnop')).toBe(verdict)
    for (const token of [
      'head.other.abcdefghijklmnop',
      'head.payload.Xbcdefghijklmnop',
      'head.payload.abcdefghijklmnoP',
      'efghijklmnop',
      'head.payload.abcdefghijklmnop ',
      '',
      '__proto__',
    ])
      expect(cache.find(token)).toBeUndefined()
  })

  it('keeps the later of two tokens whose signatures end alike', () => {
    const cache = new VerdictCache(10)
    const first = verdictOn('a.efghijklmnop')
    const second = verdictOn('b.efghijklmnop')
    cache.keep(first)
    cache.keep(second)
    expect(cache.find(first.token)).toBeUndefined()
    expect(cache.find(second.token)).toBe(second)
  })

  it('keeps what is in use while others come and go', () => {
    const cache = new VerdictCache(10)
    const used = verdictOn('used-token-000')
    cache.keep(used)
    for (let at = 0; at < 1_000; at++) {
      cache.keep(verdictOn(`other-token-${String(at).padStart(12, '0')}`))
      expect(cache.find(used.token)).toBe(used)
    }
  })

  it('forgets what is not in use', () => {
    const cache = new VerdictCache(10)
    const idle = verdictOn('idle-token-000')
    cache.keep(idle)
    for (let at = 0; at < 10; at++)
      cache.keep(verdictOn(`other-token-${String(at).padStart(12, '0')}`))
    expect(cache.find(idle.token)).toBeUndefined()
  })

  it('forgets everything when it is cleared', () => {
    const cache = new VerdictCache(4)
    for (let at = 0; at < 4; at++) cache.keep(verdictOn(`token-${String(at).padStart(12, '0')}`))
    expect(cache.size).toBeGreaterThan(2)
    cache.clear()
    expect(cache.size).toBe(0)
    expect(cache.find('token-000000000003')).toBeUndefined()
  })

  it('never confuses tokens, never grows, and keeps the last half of what was used', () => {
    // Few different endings, so that tokens collide often.
    const token = fc
      .tuple(fc.nat(5), fc.nat(9))
      .map(([head, end]) => `token-${head}.${String(end).padStart(12, '0')}`)
    const step = fc.record({ token, keep: fc.boolean() })
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.array(step, { maxLength: 120 }),
        (maxEntries, steps) => {
          const cache = new VerdictCache(maxEntries)
          const kept = new Set<Verdict<unknown>>()
          for (const { token, keep } of steps) {
            if (keep) {
              const verdict = verdictOn(token)
              kept.add(verdict)
              cache.keep(verdict)
              if (cache.find(token) !== verdict) return false
            } else {
              const found = cache.find(token)
              if (found !== undefined && (found.token !== token || !kept.has(found))) return false
            }
            if (cache.size > maxEntries) return false
          }
          return true
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('keeps the most recently kept half at least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(200), (maxEntries, many) => {
        const cache = new VerdictCache(maxEntries)
        const tokens = Array.from(
          { length: many },
          (_, at) => `token-${String(at).padStart(12, '0')}`,
        )
        for (const token of tokens) cache.keep(verdictOn(token))
        const recent = tokens.slice(-Math.floor(maxEntries / 2))
        return recent.every((token) => cache.find(token) !== undefined)
      }),
    )
  })
})
