import {
  broughtForward,
  type ChangeStep,
  maintained,
  planMaintenance,
  withRevoked,
} from '../../src/keys/ring-changes.ts'
import type { RingDocument } from '../../src/keys/ring-document.ts'
import { activeKeyOf } from '../../src/keys/ring-states.ts'
import { keyMaker, plainKey, revokedKey, ringOf } from './plain-keys.ts'

const settings = { algorithm: 'ES256', lead: 2_000, rotateEvery: 10_000, retain: 5_000 } as const
const SKEW = 300

function stepAt(now: number, more: Partial<ChangeStep> = {}): ChangeStep {
  return { now, settings, isStarting: false, makeKey: keyMaker(now), ...more }
}

const timesOf = ({ keys }: RingDocument) =>
  Object.fromEntries(keys.map(({ kid, activeFrom }) => [kid, activeFrom]))

describe('maintenance', () => {
  test('starts with a key that signs at once and one that is published from the start', async () => {
    const ring = await maintained(ringOf(), stepAt(1_000))
    expect(timesOf(ring)).toEqual({ 'new-1': 1_000, 'new-2': 11_000 })
    expect(ring.keys.map(({ createdAt }) => createdAt)).toEqual([1_000, 1_000])
  })

  test('leaves a ring alone that has both', async () => {
    const ring = ringOf(plainKey('a', 1_000), plainKey('b', 11_000))
    expect(planMaintenance(ring, stepAt(10_999))).toBeUndefined()
    expect(await maintained(ring, stepAt(10_999))).toBe(ring)
  })

  test('makes the next standby once the last took over', async () => {
    const ring = ringOf(plainKey('a', 1_000), plainKey('b', 11_000))
    expect(timesOf(await maintained(ring, stepAt(11_000)))).toEqual({
      a: 1_000,
      b: 11_000,
      'new-1': 21_000,
    })
  })

  test('gives a late standby its full lead', async () => {
    const ring = ringOf(plainKey('b', 11_000))
    expect(timesOf(await maintained(ring, stepAt(19_000)))).toMatchObject({ 'new-1': 21_000 })
    expect(timesOf(await maintained(ring, stepAt(19_001)))).toMatchObject({ 'new-1': 21_001 })
    expect(timesOf(await maintained(ring, stepAt(90_000)))).toMatchObject({ 'new-1': 92_000 })
  })

  test('drops a retired key once no clock takes it for a published one', async () => {
    const ring = ringOf(plainKey('a', 1_000), plainKey('b', 11_000), plainKey('c', 21_000))
    const end = 11_000 + settings.retain + SKEW
    expect(await maintained(ring, stepAt(end - 1))).toBe(ring)
    expect(timesOf(await maintained(ring, stepAt(end)))).toEqual({ b: 11_000, c: 21_000 })
  })

  test('forgets a revoked key once no token of it can live', async () => {
    const ring = ringOf(revokedKey('r', 900, 1_000), plainKey('a', 1_000), plainKey('b', 11_000))
    const end = 1_000 + settings.retain + SKEW
    expect(await maintained(ring, stepAt(end - 1))).toBe(ring)
    expect((await maintained(ring, stepAt(end))).revoked).toEqual([])
  })

  test('makes a key that signs at once where none is left', async () => {
    const ring = ringOf(plainKey('a', 1_000), revokedKey('b', 2_000, 2_500))
    const next = await maintained(ring, stepAt(2_500))
    expect(activeKeyOf(next, 2_500)?.kid).toBe('new-1')
    expect(timesOf(next)).toEqual({ a: 1_000, 'new-1': 2_500, 'new-2': 12_500 })
  })
})

describe('another algorithm', () => {
  const other = { ...settings, algorithm: 'Ed25519' } as const
  const ring = ringOf(plainKey('a', 1_000), plainKey('b', 11_000))
  const starting = (now: number) =>
    stepAt(now, { settings: other, isStarting: true, makeKey: keyMaker(now, 'Ed25519') })

  test('replaces the standby when a process starts, and takes over after the lead', async () => {
    const next = await maintained(ring, starting(3_000))
    expect(timesOf(next)).toEqual({ a: 1_000, 'new-1': 5_000 })
    expect(next.keys[1]).toMatchObject({ algorithm: 'Ed25519', createdAt: 3_000 })
  })

  test('changes nothing later: two processes would undo each other’s work for ever', async () => {
    expect(await maintained(ring, { ...starting(3_000), isStarting: false })).toBe(ring)
  })

  test('leaves a standby alone that may sign already by another clock', async () => {
    expect(await maintained(ring, starting(11_000 - SKEW))).toBe(ring)
    expect(await maintained(ring, starting(11_000 - SKEW - 1))).not.toBe(ring)
  })

  test('leaves the key alone that signs', async () => {
    const next = await maintained(ring, starting(3_000))
    expect(activeKeyOf(next, 3_000)?.kid).toBe('a')
  })
})

describe('a standby that is brought forward', () => {
  const ring = ringOf(plainKey('a', 1_000), plainKey('b', 11_000, { createdAt: 1_000 }))

  test.each([
    [1_000, 3_000],
    [2_999, 3_000],
    [3_000, 3_000],
    [3_001, 3_001],
    [10_999, 10_999],
  ])('at %d, takes over at %d: after the full lead, and no later', (now, activeFrom) => {
    expect(timesOf(broughtForward(ring, 'b', stepAt(now)))).toEqual({ a: 1_000, b: activeFrom })
  })

  test('never takes over later than it would have', () => {
    const late = ringOf(plainKey('a', 1_000), plainKey('b', 2_000, { createdAt: 1_500 }))
    expect(broughtForward(late, 'b', stepAt(1_600))).toBe(late)
  })

  test.each(['a', 'unknown'])('must be one: %s is none', (kid) => {
    expect(broughtForward(ring, kid, stepAt(2_000))).toBe(ring)
  })
})

describe('revoking', () => {
  const [a, b] = [plainKey('a', 1_000), plainKey('b', 11_000)]
  const ring = ringOf(a, b)

  test('the key that signs lets the standby take over at once', () => {
    const next = withRevoked(ring, a, 1_500)
    expect(timesOf(next)).toEqual({ b: 1_500 })
    expect(next.revoked).toEqual([revokedKey('a', 1_000, 1_500)])
    expect(activeKeyOf(next, 1_500)?.kid).toBe('b')
  })

  test('a standby changes nothing for the one that signs', () => {
    const next = withRevoked(ring, b, 1_500)
    expect(activeKeyOf(next, 1_500)).toBe(a)
    expect(next.revoked).toEqual([revokedKey('b', 11_000, 1_500)])
  })

  test('a key that signs no more changes nothing else', () => {
    const three = ringOf(a, b, plainKey('c', 21_000))
    const next = withRevoked(three, a, 12_000)
    expect(timesOf(next)).toEqual({ b: 11_000, c: 21_000 })
    expect(activeKeyOf(next, 12_000)).toBe(b)
  })

  test('leaves no private key behind', () => {
    expect(withRevoked(ring, a, 1_500).revoked[0]).not.toHaveProperty('signer')
  })
})
