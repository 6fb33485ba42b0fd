import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Verdict } from '../src/verdict.ts'
import { VerdictCache } from '../src/verdict-cache.ts'
import { authWith } from './mint.ts'

const verdictOn = (token: string) => ({ token, auth: authWith({}) }) as Verdict<unknown>
/** As for a token that is verified again and again: twice, unless another has its place for a while. */
const keep = (cache: VerdictCache<unknown>, verdict: Verdict<unknown>) => {
  do cache.offer(verdict)
  while (cache.find(verdict.token) !== verdict)
}

describe('VerdictCache', () => {
  it('finds the verdict of a token, and nothing for another', () => {
    const cache = new VerdictCache(10)
    const verdict = verdictOn('head.payload.abcdefghijklmnop')
    keep(cache, verdict)
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

  it('keeps a verdict when its token comes for the second time', () => {
    const cache = new VerdictCache(10)
    const verdict = verdictOn('head.payload.abcdefghijklmnop')
    cache.offer(verdict)
    expect(cache.find(verdict.token)).toBeUndefined()
    expect(cache.size).toBe(0)
    cache.offer(verdict)
    expect(cache.find(verdict.token)).toBe(verdict)
  })

  it('remembers all of a crowd that comes round and round, and fits in', () => {
    const cache = new VerdictCache(2_000)
    const crowd = Array.from({ length: 1_000 }, (_, at) =>
      verdictOn(createHash('sha256').update(String(at)).digest('base64url')),
    )
    for (let round = 0; round < 40; round++)
      for (const verdict of crowd) if (cache.find(verdict.token) === undefined) cache.offer(verdict)
    expect(crowd.filter(({ token }) => cache.find(token) === undefined)).toEqual([])
  })

  it('lets tokens that come once push nothing out', () => {
    const cache = new VerdictCache(4)
    const used = verdictOn('used-token-000')
    keep(cache, used)
    for (let at = 0; at < 1_000; at++)
      cache.offer(verdictOn(`once-${String(at).padStart(12, '0')}`))
    expect(cache.find(used.token)).toBe(used)
  })

  it('keeps the later of two tokens whose signatures end alike', () => {
    const cache = new VerdictCache(10)
    const first = verdictOn('a.efghijklmnop')
    const second = verdictOn('b.efghijklmnop')
    keep(cache, first)
    keep(cache, second)
    expect(cache.find(first.token)).toBeUndefined()
    expect(cache.find(second.token)).toBe(second)
  })

  it('keeps what is in use while others come and go', () => {
    const cache = new VerdictCache(10)
    const used = verdictOn('used-token-000')
    keep(cache, used)
    for (let at = 0; at < 1_000; at++) {
      keep(cache, verdictOn(`other-token-${String(at).padStart(12, '0')}`))
      expect(cache.find(used.token)).toBe(used)
    }
  })

  it('forgets what is not in use', () => {
    const cache = new VerdictCache(10)
    const idle = verdictOn('idle-token-000')
    keep(cache, idle)
    for (let at = 0; at < 10; at++)
      keep(cache, verdictOn(`other-token-${String(at).padStart(12, '0')}`))
    expect(cache.find(idle.token)).toBeUndefined()
  })

  it('forgets everything when it is cleared', () => {
    const cache = new VerdictCache(4)
    for (let at = 0; at < 4; at++) keep(cache, verdictOn(`token-${String(at).padStart(12, '0')}`))
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
    const step = fc.record({ token, isKept: fc.boolean() })
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.array(step, { maxLength: 120 }),
        (maxEntries, steps) => {
          const cache = new VerdictCache(maxEntries)
          const kept = new Set<Verdict<unknown>>()
          for (const { token, isKept } of steps) {
            if (isKept) {
              const verdict = verdictOn(token)
              kept.add(verdict)
              keep(cache, verdict)
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
        for (const token of tokens) keep(cache, verdictOn(token))
        const recent = tokens.slice(-Math.floor(maxEntries / 2))
        return recent.every((token) => cache.find(token) !== undefined)
      }),
    )
  })
})
