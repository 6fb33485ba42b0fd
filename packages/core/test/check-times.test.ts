import fc from 'fast-check'
import type { Claims } from '../src/claims.ts'
import { checkTimes, timeWindow } from '../src/check-times.ts'
import { isGuardError } from '../src/errors.ts'
import { NOW, refusalOf } from './mint.ts'

const judge = (claims: Claims, now: number, tolerance = 0, maxTokenAge = Infinity) => {
  checkTimes(claims, timeWindow(claims, tolerance, maxTokenAge), tolerance, now)
}
const passes = (...given: Parameters<typeof judge>) => {
  expect(() => {
    judge(...given)
  }).not.toThrow()
}
const refusal = (...given: Parameters<typeof judge>) =>
  refusalOf(() => {
    judge(...given)
  })

describe.each([0, 30])('RS-29 checkTimes with %i s of tolerance', (tolerance) => {
  it('refuses a token on and after exp, and takes it one second before', () => {
    const claims = { exp: NOW }
    passes(claims, NOW + tolerance - 1, tolerance)
    expect(refusal(claims, NOW + tolerance, tolerance)).toMatchObject({
      code: 'ERR_TOKEN_EXPIRED',
      status: 401,
      error: 'invalid_token',
    })
    expect(refusal(claims, NOW + tolerance + 1, tolerance).code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('takes a token on and after nbf, and refuses it one second before', () => {
    const claims = { exp: NOW + 1000, nbf: NOW }
    expect(refusal(claims, NOW - tolerance - 1, tolerance)).toMatchObject({
      code: 'ERR_TOKEN_NOT_YET_VALID',
      status: 401,
      error: 'invalid_token',
    })
    passes(claims, NOW - tolerance, tolerance)
    passes(claims, NOW - tolerance + 1, tolerance)
  })

  it('takes a token on and after iat, and refuses it one second before (iat in the future)', () => {
    const claims = { exp: NOW + 1000, iat: NOW }
    expect(refusal(claims, NOW - tolerance - 1, tolerance).code).toBe('ERR_TOKEN_NOT_YET_VALID')
    passes(claims, NOW - tolerance, tolerance)
    passes(claims, NOW - tolerance + 1, tolerance)
  })

  it('takes a token on and after auth_time, and refuses it one second before (a login in the future)', () => {
    const claims = { exp: NOW + 1000, iat: NOW - 500, auth_time: NOW }
    expect(refusal(claims, NOW - tolerance - 1, tolerance)).toMatchObject({
      code: 'ERR_TOKEN_NOT_YET_VALID',
      status: 401,
      message: "the token's auth_time is in the future: 1 s too early",
    })
    passes(claims, NOW - tolerance, tolerance)
    passes(claims, NOW - tolerance + 1, tolerance)
  })

  it('refuses a token on and after its greatest age, and takes it one second before', () => {
    const claims = { exp: NOW + 10_000, iat: NOW }
    passes(claims, NOW + 60 + tolerance - 1, tolerance, 60)
    expect(refusal(claims, NOW + 60 + tolerance, tolerance, 60)).toMatchObject({
      code: 'ERR_TOKEN_TOO_OLD',
      status: 401,
      error: 'invalid_token',
      message: 'the token was issued longer ago than maxTokenAge allows',
    })
    expect(refusal(claims, NOW + 60 + tolerance + 1, tolerance, 60).code).toBe('ERR_TOKEN_TOO_OLD')
  })
})

describe('checkTimes', () => {
  it('judges by the later of nbf and iat', () => {
    expect(refusal({ exp: NOW + 100, nbf: NOW - 50, iat: NOW + 1 }, NOW).message).toBe(
      "the token's iat is in the future: 1 s too early",
    )
    expect(refusal({ exp: NOW + 100, nbf: NOW + 5, iat: NOW - 50 }, NOW).message).toBe(
      "the token's nbf is in the future: 5 s too early",
    )
  })

  it('names iat where nbf is within the tolerance and iat is not', () => {
    expect(refusal({ exp: NOW + 100, nbf: NOW + 30, iat: NOW + 31 }, NOW, 30).message).toBe(
      "the token's iat is in the future: 1 s too early",
    )
  })

  it('names iat, and nbf before that, where auth_time is in the future, too', () => {
    const late = { exp: NOW + 100, auth_time: NOW + 9 }
    expect(refusal({ ...late, iat: NOW + 9 }, NOW).message).toContain("the token's iat is")
    expect(refusal({ ...late, iat: NOW + 9, nbf: NOW + 9 }, NOW).message).toContain('nbf is')
    expect(refusal({ ...late, iat: NOW, nbf: NOW }, NOW).message).toContain('auth_time is')
    const tolerated = { exp: NOW + 100, nbf: NOW + 30, iat: NOW + 30, auth_time: NOW + 31 }
    expect(refusal(tolerated, NOW, 30).message).toContain('auth_time is')
  })

  it('judges an auth_time by the number it is, and not at all where it is none', () => {
    for (const auth_time of ['2099-01-01', String(NOW + 50), null, true, [NOW + 50], {}])
      passes({ exp: NOW + 100, auth_time }, NOW)
    for (const auth_time of [Infinity, NOW * 1000])
      expect(refusal({ exp: NOW + 100, auth_time }, NOW).code).toBe('ERR_TOKEN_NOT_YET_VALID')
  })

  it('does not count the age of a token from auth_time', () => {
    passes({ exp: NOW + 100, iat: NOW - 10, auth_time: NOW - 5000 }, NOW, 0, 60)
  })

  it('takes fractions of a second to the letter', () => {
    passes({ exp: NOW + 0.5 }, NOW)
    expect(refusal({ exp: NOW - 0.5 }, NOW).code).toBe('ERR_TOKEN_EXPIRED')
    expect(refusal({ exp: NOW + 9, nbf: NOW + 0.5 }, NOW).code).toBe('ERR_TOKEN_NOT_YET_VALID')
    passes({ exp: NOW + 9, nbf: NOW - 0.5 }, NOW)
  })

  it.each([0, -1, -1e10])('refuses exp %p (expired)', (exp) => {
    expect(refusal({ exp }, NOW, 300).code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('says expired of a token that is expired and too old', () => {
    expect(refusal({ exp: NOW, iat: NOW - 1000 }, NOW, 0, 60).code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('says too old of a token that is too old and not expired yet, by a second', () => {
    const claims = { exp: NOW + 1, iat: NOW - 1000 }
    for (const tolerance of [0, 30])
      expect(refusal(claims, NOW + tolerance, tolerance, 60).code).toBe('ERR_TOKEN_TOO_OLD')
  })

  it('refuses a token that is never valid, because it begins after it ends', () => {
    for (const now of [NOW - 100, NOW, NOW + 15, NOW + 100])
      expect(refusal({ exp: NOW, nbf: NOW + 30 }, now).status).toBe(401)
  })

  it('refuses everything when the clock is broken', () => {
    for (const now of [NaN, Infinity, -Infinity])
      expect(refusal({ exp: NOW + 60, iat: NOW }, now).status).toBe(401)
  })

  it('says how long ago a token expired', () => {
    expect(refusal({ exp: NOW - 40 }, NOW, 30).message).toBe(
      'the token expired 40 s ago (clockTolerance is 30 s)',
    )
  })

  it('lets a token pass exactly when RFC 7519 does, whatever the numbers', () => {
    const time = fc.integer({ min: NOW - 200, max: NOW + 200 })
    fc.assert(
      fc.property(
        time,
        fc.option(time, { nil: undefined }),
        time,
        fc.nat(60),
        fc.option(fc.integer({ min: 1, max: 200 }), { nil: Infinity }),
        (exp, nbf, iat, tolerance, maxAge) => {
          const expected =
            NOW < exp + tolerance &&
            (nbf === undefined || NOW >= nbf - tolerance) &&
            NOW >= iat - tolerance &&
            NOW < iat + maxAge + tolerance
          try {
            judge({ exp, iat, ...(nbf === undefined ? {} : { nbf }) }, NOW, tolerance, maxAge)
            return expected
          } catch (error) {
            return !expected && isGuardError(error)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
