import type { RingDocument } from '../../src/keys/ring-document.ts'
import { activeKeyOf, nextChangeOf, standbysOf, standingsOf } from '../../src/keys/ring-states.ts'
import { plainKey, revokedKey, ringOf } from './plain-keys.ts'

const RETAIN = 50

function statesAt(ring: RingDocument, now: number) {
  return Object.fromEntries(
    standingsOf(ring, now, RETAIN).map(({ key, state }) => [key.kid, state]),
  )
}

describe('the times of a key make its state', () => {
  const ring = ringOf(plainKey('a', 100), plainKey('b', 200), plainKey('c', 300))

  test.each([
    [199, { a: 'active', b: 'standby', c: 'standby' }],
    [200, { a: 'retiring', b: 'active', c: 'standby' }],
    [201, { a: 'retiring', b: 'active', c: 'standby' }],
    [249, { a: 'retiring', b: 'active', c: 'standby' }],
    [250, { a: 'retired', b: 'active', c: 'standby' }],
    [299, { a: 'retired', b: 'active', c: 'standby' }],
    [300, { a: 'retired', b: 'retiring', c: 'active' }],
    [350, { a: 'retired', b: 'retired', c: 'active' }],
    [1e9, { a: 'retired', b: 'retired', c: 'active' }],
  ])('at %d', (now, states) => {
    expect(statesAt(ring, now)).toEqual(states)
  })

  test('and say until when each is published', () => {
    const until = standingsOf(ring, 250, RETAIN).map(({ retiredAt }) => retiredAt)
    expect(until).toEqual([250, 350, undefined])
  })

  test('and when the next change is', () => {
    const changes = [99, 100, 150, 200, 249, 250, 300, 349, 350].map((now) =>
      nextChangeOf(ring, now, RETAIN),
    )
    expect(changes).toEqual([100, 150, 200, 250, 250, 300, 350, 350, Infinity])
  })
})

test('a clock that is behind sees the first key sign before its time', () => {
  const ring = ringOf(plainKey('a', 100), plainKey('b', 200))
  expect(statesAt(ring, 97)).toEqual({ a: 'active', b: 'standby' })
})

test('of two keys from one second, the one that was made later signs', () => {
  const ring = ringOf(plainKey('a', 100), plainKey('b', 100))
  expect(statesAt(ring, 100)).toEqual({ a: 'retiring', b: 'active' })
})

test('an empty ring has no key that signs', () => {
  expect(activeKeyOf(ringOf(), 100)).toBeUndefined()
  expect(standbysOf(ringOf(), 100)).toEqual([])
  expect(standingsOf(ringOf(), 100, RETAIN)).toEqual([])
  expect(nextChangeOf(ringOf(), 100, RETAIN)).toBe(Infinity)
})

describe('a revoked key', () => {
  test('is followed by the next, even where its time has not come: a clock that is behind', () => {
    const ring = ringOf(plainKey('a', 100), revokedKey('b', 200, 260), plainKey('c', 263))
    expect(statesAt(ring, 260)).toEqual({ a: 'retired', b: 'revoked', c: 'active' })
  })

  test('is not followed by the one before it, which may be near the end of its time', () => {
    const ring = ringOf(plainKey('a', 100), revokedKey('b', 200, 240))
    expect(activeKeyOf(ring, 240)).toBeUndefined()
    expect(statesAt(ring, 240)).toEqual({ a: 'retiring', b: 'revoked' })
  })

  test('ended the one before it when it began, not when it was revoked', () => {
    const ring = ringOf(plainKey('a', 100), revokedKey('b', 200, 240), plainKey('c', 240))
    expect(statesAt(ring, 249)).toMatchObject({ a: 'retiring', c: 'active' })
    expect(statesAt(ring, 250)).toMatchObject({ a: 'retired', c: 'active' })
  })

  test('ended nothing when it was revoked before it began', () => {
    const ring = ringOf(plainKey('a', 100), revokedKey('b', 200, 150), plainKey('c', 400))
    expect(statesAt(ring, 300)).toEqual({ a: 'active', b: 'revoked', c: 'standby' })
  })

  test('ended nothing when it was revoked in the second in which it began', () => {
    const ring = ringOf(plainKey('a', 100), revokedKey('b', 200, 200), plainKey('c', 200))
    expect(statesAt(ring, 200)).toEqual({ a: 'retiring', b: 'revoked', c: 'active' })
  })

  test('is revoked whatever time it is', () => {
    const ring = ringOf(revokedKey('a', 100, 150), plainKey('b', 150))
    for (const now of [0, 100, 149, 150, 1e9]) expect(statesAt(ring, now).a).toBe('revoked')
  })
})
