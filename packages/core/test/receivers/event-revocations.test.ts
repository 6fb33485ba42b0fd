import { endedBy, revocationsOf, timeOf } from '../../src/receivers/event-revocations.ts'
import type { ReceiverSettings } from '../../src/receivers/resolve-receiver.ts'
import { ISSUER, NOW } from '../mint.ts'

describe('endedBy', () => {
  it.each([
    ['session', 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'],
    ['user', 'https://schemas.openid.net/secevent/caep/event-type/credential-change'],
    ['user', 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'],
    ['user', 'https://schemas.openid.net/secevent/risc/event-type/account-purged'],
    ['user', 'https://schemas.openid.net/secevent/risc/event-type/credential-compromise'],
    ['user', 'https://schemas.openid.net/secevent/risc/event-type/sessions-revoked'],
    [undefined, 'https://schemas.openid.net/secevent/caep/event-type/token-claims-change'],
    [undefined, 'https://schemas.openid.net/secevent/risc/event-type/account-enabled'],
    [undefined, 'https://schemas.openid.net/secevent/risc/event-type/session-revoked'],
    [undefined, 'session-revoked'],
    [undefined, ''],
  ])('is %s for %s', (ended, type) => {
    expect(endedBy(type)).toBe(ended)
  })
})

describe('timeOf', () => {
  it.each<[string, unknown, number]>([
    ['the time that is said', NOW - 60, NOW - 60],
    ['that time, rounded up', NOW - 60.5, NOW - 60],
    ['the token’s own, at the latest', NOW, NOW],
    ['the token’s own where the one said is later', NOW + 1, NOW],
    ['the token’s own where the one said is in milliseconds', (NOW - 60) * 1000, NOW],
    ['the first second that is a time', 1e9, 1e9],
    ['the token’s own where the one said is too small for a time', 1e9 - 1, NOW],
    ['the token’s own where none is said', undefined, NOW],
    ['the token’s own where the one said is a text', String(NOW - 60), NOW],
    ['the token’s own where the one said is no number', NaN, NOW],
  ])('is %s', (_, said, expected) => {
    expect(timeOf(said, NOW)).toBe(expected)
  })
})

describe('revocationsOf', () => {
  const settings = (now: number) =>
    ({ longestLifetime: 600, clockTolerance: 30, clock: () => now }) as ReceiverSettings
  const targets = [
    { issuer: ISSUER, subject: 'alice' },
    { issuer: ISSUER, sessionId: 's1' },
    { issuer: ISSUER, tokenId: 't1' },
  ] as const

  it('ends users up to the event, sessions and tokens for good', () => {
    expect(revocationsOf(targets, NOW - 60, NOW, settings(NOW))).toEqual([
      { issuer: ISSUER, subject: 'alice', issuedUpTo: NOW - 60, until: NOW + 630 },
      { issuer: ISSUER, sessionId: 's1', until: NOW + 630 },
      { issuer: ISSUER, tokenId: 't1', until: NOW + 630 },
    ])
  })

  it.each([
    ['the clock here', NOW - 10, NOW, NOW + 630],
    ['the clock of the sender', NOW + 10, NOW, NOW + 640],
    ['whole seconds', NOW, NOW + 0.5, NOW + 631],
  ])('is kept by %s where that is later', (_, issuedAt, now, until) => {
    const [first] = revocationsOf(targets, NOW - 60, issuedAt, settings(now))
    expect(first?.until).toBe(until)
  })
})
