import { decodeProtectedHeader } from 'jose'
import { MISDEEDS, misdeedOf, type Plan, withdrawsKey } from '../../src/scale/plan.ts'
import {
  DROPPED_AFTER,
  LIFETIME,
  OUT,
  Provider,
  ROTATION,
  UP,
  USED_FOR,
} from '../../src/scale/provider.ts'

const START = 1_800_000_000
const plan: Plan = {
  issuers: 100,
  startedAtMs: START * 1000,
  speed: 60,
  warmUp: 600,
  troubles: 100,
}
const [GOOD, BAD, WITHDRAWS] = [0, 9, 5]
const issuer = 'http://127.0.0.1:1/t/0'

function kidsAt(provider: Provider, now: number): string[] {
  const { keys } = JSON.parse(provider.keySetAt(now).text) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

const signedBy = (token: string) => decodeProtectedHeader(token).kid!

test('a tenth of a thousand misbehaves, as many in each way, and none of those withdraws a key', () => {
  const all = Array.from({ length: 1_000 }, (_, at) => at)
  for (const misdeed of MISDEEDS)
    expect(all.filter((at) => misdeedOf(at) === misdeed)).toHaveLength(20)
  expect(all.filter((at) => misdeedOf(at) === undefined)).toHaveLength(900)
  expect(all.filter((at) => withdrawsKey(at))).toHaveLength(50)
  expect(all.filter((at) => withdrawsKey(at) && misdeedOf(at) !== undefined)).toEqual([])
})

test('a key is published for an hour before it signs, and until its last token has expired', () => {
  const provider = new Provider(issuer, GOOD, plan)
  const step = 10
  const publishedAt = new Map<string, number>()
  const signed = new Map<string, { first: number; last: number }>()
  const initial = kidsAt(provider, START)
  for (let now = START; now < START + 6 * ROTATION; now += step) {
    const kids = kidsAt(provider, now)
    expect(kids).toHaveLength(4)
    for (const kid of kids) if (!publishedAt.has(kid)) publishedAt.set(kid, now)
    const kid = signedBy(provider.tokenAt(now))
    expect(kids).toContain(kid)
    signed.set(kid, { first: signed.get(kid)?.first ?? now, last: now })
    for (const [each, { last }] of signed) {
      if (now < last - USED_FOR + LIFETIME) expect(kids).toContain(each)
    }
  }
  const later = [...signed].filter(([kid]) => !initial.includes(kid))
  expect(later.length).toBeGreaterThan(1)
  for (const [kid, { first }] of later) {
    expect(first - publishedAt.get(kid)!).toBeGreaterThanOrEqual(2 * ROTATION - step)
  }
  expect(provider.rotations).toBeGreaterThan(4)
})

test('its set has another name when it is another set, and only then', () => {
  const provider = new Provider(issuer, GOOD, plan)
  const first = provider.keySetAt(START)
  expect(provider.keySetAt(START)).toEqual(first)
  expect(provider.keySetAt(START + ROTATION).etag).not.toBe(first.etag)
})

test('who misbehaves does so for a while, after a time in which all are good, and again', () => {
  const good = new Provider(issuer, GOOD, plan)
  const bad = new Provider(issuer, BAD, plan)
  const out: number[] = []
  for (let now = START; now < START + 2 * (UP + OUT) + 700; now++) {
    expect(good.misdeedAt(now)).toBeUndefined()
    if (bad.misdeedAt(now) !== undefined) out.push(now - START)
  }
  expect(bad.misdeedAt(START + out[0]!)).toBe('500')
  expect(out[0]).toBeGreaterThanOrEqual(600)
  expect(out[0]).toBeLessThanOrEqual(701)
  expect(out.slice(0, 2 * OUT)).toEqual(
    [0, UP + OUT].flatMap((begin) => Array.from({ length: OUT }, (_, at) => out[0]! + begin + at)),
  )
})

test('a withdrawn key signs no more at once, and leaves the set a little later', () => {
  const provider = new Provider(issuer, WITHDRAWS, plan)
  provider.tokenAt(START + 599)
  expect(provider.stolenAt(START + 599)).toBeUndefined()
  const withdrawn = START + 700
  const stolen = provider.stolenAt(withdrawn)!
  const kid = signedBy(stolen.token)
  expect(stolen.withdrawnAt).toBe(withdrawn)
  expect(signedBy(provider.tokenAt(withdrawn))).not.toBe(kid)
  expect(kidsAt(provider, withdrawn + DROPPED_AFTER - 1)).toContain(kid)
  expect(kidsAt(provider, withdrawn + DROPPED_AFTER)).not.toContain(kid)
  expect(kidsAt(provider, withdrawn + DROPPED_AFTER)).toHaveLength(4)
})
