import { checkReceivedClaims, identifierIn } from '../../src/receivers/check-received-claims.ts'
import type { JsonObject } from '../../src/strict-json.ts'
import { AUDIENCE, goodClaims, NOW, refusalOf } from '../mint.ts'

const EVENTS = { 'https://e.example/1': { a: 1 }, 'https://e.example/2': {} }
const expected = {
  audiences: [AUDIENCE],
  clockTolerance: 30,
  maxTokenAge: 3_600,
  requiresExp: true,
}
const claimsWith = (changes: Record<string, unknown> = {}) =>
  goodClaims({ iat: NOW, events: EVENTS, ...changes }) as JsonObject
const judge = (changes: Record<string, unknown> = {}, more = {}, now = NOW) =>
  checkReceivedClaims(claimsWith(changes), { ...expected, ...more }, now)
const refusal = (changes: Record<string, unknown>, more = {}, now = NOW) =>
  refusalOf(() => judge(changes, more, now))

describe('checkReceivedClaims', () => {
  it('tells what the token says, and until when it could be used', () => {
    const claims = claimsWith()
    expect(checkReceivedClaims(claims, expected, NOW)).toEqual({
      claims,
      events: EVENTS,
      jti: 'token-1',
      issuedAt: NOW,
      usableUntil: NOW + 630,
    })
  })

  it('counts in whole seconds, upwards', () => {
    expect(judge({ iat: NOW - 0.5, exp: NOW + 1.5 })).toMatchObject({
      issuedAt: NOW,
      usableUntil: NOW + 32,
    })
  })

  it('RS-77: refuses what has no events: an access token, an ID token', () => {
    expect(refusal({ events: undefined })).toMatchObject({ code: 'ERR_TOKEN_TYPE_REFUSED' })
  })

  it.each<[string, unknown]>([
    ['a text', 'https://e.example/1'],
    ['a list', [{}]],
    ['null', null],
    ['without an event', {}],
    ['with an event that is a text', { ...EVENTS, other: 'x' }],
    ['with an event that is a list', { ...EVENTS, other: [] }],
    ['with an event that is null', { other: null }],
  ])('refuses events that are %s', (_, events) => {
    const error = refusal({ events })
    expect(error.code).toBe('ERR_CLAIM_INVALID')
    expect(error.message).toBe(
      "the token's events is not an object of at least one event, each an object",
    )
  })

  it.each(['iat', 'jti', 'exp'])('refuses a token without %s', (name) => {
    const error = refusal({ [name]: undefined })
    expect(error.code).toBe('ERR_CLAIM_MISSING')
    expect(error.message).toBe(`the token has no ${name}`)
  })

  it('takes a token without exp where that is not required, for as long as its age allows', () => {
    const usableUntil = NOW + 3_600 + 30
    expect(judge({ exp: undefined }, { requiresExp: false }).usableUntil).toBe(usableUntil)
    const late = refusal({ exp: undefined }, { requiresExp: false }, usableUntil)
    expect(late.code).toBe('ERR_TOKEN_TOO_OLD')
  })

  it('refuses an empty jti, which would be everybody’s', () => {
    const error = refusal({ jti: '' })
    expect(error.code).toBe('ERR_CLAIM_INVALID')
    expect(error.message).toBe("the token's jti is empty")
  })

  it.each([
    [{ jti: 7 }, 'ERR_CLAIM_INVALID'],
    [{ iat: String(NOW) }, 'ERR_CLAIM_INVALID'],
    [{ sid: {} }, 'ERR_CLAIM_INVALID'],
    [{ aud: 'https://elsewhere.example' }, 'ERR_AUDIENCE_MISMATCH'],
    [{ aud: undefined }, 'ERR_AUDIENCE_MISMATCH'],
    [{ exp: NOW - 30 }, 'ERR_TOKEN_EXPIRED'],
    [{ iat: NOW + 31 }, 'ERR_TOKEN_NOT_YET_VALID'],
  ])('refuses %j as %s', (changes, code) => {
    expect(refusal(changes).code).toBe(code)
  })
})

describe('identifierIn', () => {
  it('reads a text', () => {
    expect(identifierIn({ sid: 's1' }, 'sid')).toBe('s1')
  })

  it('finds nothing where nothing is, or only on a prototype', () => {
    expect(identifierIn({}, 'sid')).toBeUndefined()
    expect(identifierIn({}, 'constructor')).toBeUndefined()
  })

  it.each<[unknown, string]>([
    ['', 'is empty'],
    [7, 'is a number, not a string'],
    [null, 'is null, not a string'],
    [['s1'], 'is a list, not a string'],
  ])('refuses %j', (value, problem) => {
    const error = refusalOf(() => identifierIn({ sid: value }, 'sid'))
    expect(error.code).toBe('ERR_CLAIM_INVALID')
    expect(error.message).toBe(`the token's sid ${problem}`)
  })
})
