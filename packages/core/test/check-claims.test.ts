import { checkClaims } from '../src/check-claims.ts'
import type { TrustedIssuer } from '../src/issuers/trusted-issuer.ts'
import { AUDIENCE, goodClaims, header, NOW, refusalOf, trustedIssuer } from './mint.ts'

const check = (changes: Record<string, unknown>, expected: Partial<TrustedIssuer> = {}) =>
  checkClaims(goodClaims(changes), header(), trustedIssuer(expected))
const refusal = (changes: Record<string, unknown>, expected: Partial<TrustedIssuer> = {}) => {
  // Through JSON, as a token's claims are: a member set to undefined is absent.
  const claims = JSON.parse(JSON.stringify(goodClaims(changes)))
  return refusalOf(() => checkClaims(claims, header(), trustedIssuer(expected)))
}
const claimsOf = (json: string) => JSON.parse(json) as Record<string, unknown>

describe('checkClaims', () => {
  it('returns good claims as they are', () => {
    const claims = goodClaims()
    expect(checkClaims(claims, header(), trustedIssuer()).set).toBe(claims)
  })

  describe('RS-31 aud', () => {
    it.each([
      ['our name', AUDIENCE],
      ['a list of our name', [AUDIENCE]],
      ['a list that has our name', ['https://other.example', AUDIENCE]],
      ['a list that has our name twice', [AUDIENCE, AUDIENCE]],
    ])('takes %s', (_, aud) => {
      expect(check({ aud }).aud).toEqual(aud)
    })

    it('takes each of several names of ours', () => {
      const audiences = ['one', 'two']
      expect(check({ aud: 'one' }, { audiences })).toBeDefined()
      expect(check({ aud: ['two', 'x'] }, { audiences })).toBeDefined()
      expect(refusal({ aud: 'three' }, { audiences }).message).toBe(
        `the token is for "three"; expected 'one' or 'two'`,
      )
    })

    it.each([
      ['another name', 'https://other.example'],
      ['an empty text', ''],
      ['a name that ours begins with (prefix)', AUDIENCE.slice(0, -1)],
      ['a name that begins with ours (prefix)', `${AUDIENCE}.evil.example`],
      ['a name with a slash more', `${AUDIENCE}/`],
      ['another case', AUDIENCE.toUpperCase()],
      ['a part of ours (substring)', 'api'],
      ['a text that holds ours (substring)', `x ${AUDIENCE} y`],
      ['a list in a text', `["${AUDIENCE}"]`],
      ['names separated by blanks', `${AUDIENCE} https://other.example`],
      ['names separated by commas', `${AUDIENCE},https://other.example`],
      ['a blank around ours', ` ${AUDIENCE} `],
      ['an empty list', []],
      ['a list of its characters', [...AUDIENCE]],
      ['a list of others', ['https://other.example']],
      ['nothing', undefined],
    ])('refuses %s', (_, aud) => {
      expect(refusal({ aud })).toMatchObject({
        code: 'ERR_AUDIENCE_MISMATCH',
        status: 401,
        error: 'invalid_token',
      })
    })

    it.each([
      ['a nested list', [[AUDIENCE]]],
      ['a list with something else beside ours', [AUDIENCE, 5]],
      ['a list with null beside ours', [AUDIENCE, null]],
      ['an object', { [AUDIENCE]: true }],
      ['a list-like object', { 0: AUDIENCE, length: 1 }],
      ['a number', 5],
      ['true', true],
      ['null', null],
    ])('refuses %s (aud odd types)', (_, aud) => {
      const error = refusal({ aud })
      expect(error.code).toBe('ERR_CLAIM_INVALID')
      expect(error.message).toBe("the token's aud is not a string or a list of strings")
    })

    it('takes any or no aud where the check is waived, but no odd one', () => {
      expect(check({ aud: 'other' }, { audiences: null })).toBeDefined()
      expect(check({ aud: undefined }, { audiences: null })).toBeDefined()
      expect(refusal({ aud: { $ne: null } }, { audiences: null }).code).toBe('ERR_CLAIM_INVALID')
    })

    it('does not find an aud on a prototype', () => {
      const claims = claimsOf(`{"exp":${NOW + 60},"__proto__":{"aud":"${AUDIENCE}"}}`)
      expect(refusalOf(() => checkClaims(claims, header(), trustedIssuer())).code).toBe(
        'ERR_AUDIENCE_MISMATCH',
      )
    })

    it('names what was found in the log, at most four, made safe', () => {
      expect(refusal({ aud: undefined }).message).toBe(
        `the token has no aud; expected '${AUDIENCE}'`,
      )
      expect(refusal({ aud: ['a\r\n', 'b', 'c', 'd', 'e'] }).message).toBe(
        `the token is for "a\\r\\n", "b", "c", "d"; expected '${AUDIENCE}'`,
      )
    })
  })

  describe('RS-29 exp, nbf and iat', () => {
    it('requires exp (exp missing)', () => {
      const error = refusal({ exp: undefined })
      expect(error).toMatchObject({ code: 'ERR_CLAIM_MISSING', status: 401 })
      expect(error.message).toBe('the token has no exp')
    })

    it.each(['exp', 'nbf', 'iat'])('refuses a %s that is no number (of another type)', (claim) => {
      for (const value of [
        String(NOW + 600),
        '2099-01-01T00:00:00Z',
        [NOW + 600],
        {},
        true,
        false,
        null,
        '',
      ]) {
        expect(refusal({ [claim]: value })).toMatchObject({
          code: 'ERR_CLAIM_INVALID',
          status: 401,
        })
      }
    })

    it.each(['exp', 'nbf', 'iat'])('refuses an infinite %s (1e999)', (claim) => {
      for (const value of ['1e999', '-1e999']) {
        const { [claim]: _, ...rest } = goodClaims()
        const claims = claimsOf(`${JSON.stringify(rest).slice(0, -1)},"${claim}":${value}}`)
        const error = refusalOf(() => checkClaims(claims, header(), trustedIssuer()))
        expect(error.code).toBe('ERR_CLAIM_INVALID')
        expect(error.message).toBe(`the token's ${claim} is not finite`)
      }
    })

    it.each(['exp', 'nbf', 'iat'])(
      'takes a %s below 1e11 and refuses 1e11 (milliseconds)',
      (claim) => {
        expect(check({ [claim]: 1e11 - 1 })).toBeDefined()
        expect(refusal({ [claim]: 1e11 }).message).toBe(
          `the token's ${claim} is 100000000000: milliseconds where seconds belong?`,
        )
      },
    )

    it('takes fractions, zero and negative numbers as numbers, for the times are judged later', () => {
      expect(check({ exp: NOW + 0.5, nbf: 0, iat: -1 })).toBeDefined()
    })

    it('requires iat where an age is limited, and only there', () => {
      expect(check({ iat: undefined })).toBeDefined()
      expect(refusal({ iat: undefined }, { maxTokenAge: 60 }).message).toBe('the token has no iat')
    })

    it('does not find an exp on a prototype', () => {
      const claims = claimsOf(`{"aud":"${AUDIENCE}","__proto__":{"exp":${NOW + 60}}}`)
      expect(refusalOf(() => checkClaims(claims, header(), trustedIssuer())).code).toBe(
        'ERR_CLAIM_MISSING',
      )
    })
  })

  describe('claims that are used as text', () => {
    it.each(['iss', 'sub', 'jti', 'sid', 'client_id', 'azp'])(
      'refuses a %s that is no string ({"$ne":null})',
      (claim) => {
        for (const value of [{ $ne: null }, ['x'], 5, true, null]) {
          expect(refusal({ [claim]: value })).toMatchObject({
            code: 'ERR_CLAIM_INVALID',
            status: 401,
          })
        }
        expect(check({ [claim]: 'constructor' })).toBeDefined()
      },
    )

    it('does not repeat the value in its message', () => {
      expect(refusal({ sub: { password: 'x' } }).message).toBe(
        "the token's sub is an object, not a string",
      )
    })
  })

  describe('requiredClaims', () => {
    it('requires each of them', () => {
      const expected = { requiredClaims: ['org', 'sub'] }
      expect(check({ org: '' }, expected)).toBeDefined()
      expect(check({ org: 0 }, expected)).toBeDefined()
      expect(check({ org: false }, expected)).toBeDefined()
      expect(refusal({}, expected).message).toBe('the token has no org')
      expect(refusal({ org: null }, expected)).toMatchObject({ code: 'ERR_CLAIM_MISSING' })
    })

    it('does not take what an object has by itself for a claim', () => {
      for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
        expect(refusal({}, { requiredClaims: [name] })).toMatchObject({ code: 'ERR_CLAIM_MISSING' })
    })
  })

  describe('the profile rfc9068', () => {
    const expected = { profile: 'rfc9068' } as const
    const checkAccessToken = (changes: Record<string, unknown>) =>
      checkClaims(
        JSON.parse(JSON.stringify(goodClaims(changes))) as Record<string, unknown>,
        header({ typ: 'at+jwt' }),
        trustedIssuer(expected),
      )

    it('takes a token with all the claims required', () => {
      expect(checkAccessToken({})).toBeDefined()
    })

    it.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
      'RS-33 requires %s',
      (claim) => {
        const error = refusalOf(() => checkAccessToken({ [claim]: undefined }))
        expect(error.code).toBe('ERR_CLAIM_MISSING')
        expect(error.message).toBe(`the token has no ${claim}`)
      },
    )

    it('requires them even where issuer and audience are waived', () => {
      for (const claim of ['iss', 'aud']) {
        const claims = goodClaims()
        delete claims[claim]
        const error = refusalOf(() =>
          checkClaims(
            claims,
            header({ typ: 'at+jwt' }),
            trustedIssuer({ ...expected, issuer: null, audiences: null }),
          ),
        )
        expect(error.code).toBe('ERR_CLAIM_MISSING')
      }
    })

    it('does not ask other profiles for them', () => {
      expect(check({ jti: undefined, client_id: undefined, sub: undefined })).toBeDefined()
    })
  })

  it('judges the kind of the token first', () => {
    expect(refusal({ at_hash: 'x', exp: undefined, aud: 'other' }).code).toBe(
      'ERR_TOKEN_TYPE_REFUSED',
    )
  })
})

describe('expectedClaims', () => {
  const expecting = (...entries: [string, readonly (string | number | boolean)[]][]) => ({
    expectedClaims: new Map(entries),
  })

  it.each<[string, unknown, readonly (string | number | boolean)[]]>([
    ['a text', 'access', ['access']],
    ['one of several', 'app', ['web', 'app']],
    ['a number', 2, [1, 2]],
    ['true', true, [true]],
    ['false', false, [false]],
    ['zero', 0, [0]],
    ['a list that holds it', ['pwd', 'mfa'], ['mfa']],
    ['a list beside what is nothing', [null, 'mfa'], ['mfa']],
  ])('take %s', (_, value, expected) => {
    expect(check({ token_use: value }, expecting(['token_use', expected]))).toBeDefined()
  })

  it.each<[string, unknown, readonly (string | number | boolean)[]]>([
    ['another text', 'user', ['access']],
    ['a part of it (substring)', 'acc', ['access']],
    ['a text that holds it (substring)', 'access refresh', ['access']],
    ['another case', 'Access', ['access']],
    ['an empty text', '', ['access']],
    ['a number as text', '2', [2]],
    ['true as text', 'true', [true]],
    ['one for true', 1, [true]],
    ['a list of others', ['pwd'], ['mfa']],
    ['an empty list', [], ['mfa']],
    ['a list in a list', [['mfa']], ['mfa']],
    ['an object', { mfa: true }, ['mfa']],
  ])('refuse %s', (_, value, expected) => {
    expect(refusal({ token_use: value }, expecting(['token_use', expected]))).toMatchObject({
      code: 'ERR_CLAIM_INVALID',
      status: 401,
      error: 'invalid_token',
    })
  })

  it('refuse a token that has no such claim', () => {
    for (const value of [undefined, null])
      expect(refusal({ token_use: value }, expecting(['token_use', ['access']]))).toMatchObject({
        code: 'ERR_CLAIM_MISSING',
        message: 'the token has no token_use',
      })
  })

  it('are not found on a prototype', () => {
    const claims = claimsOf(
      `{"exp":${NOW + 60},"aud":"${AUDIENCE}","__proto__":{"token_use":"access"}}`,
    )
    const expected = trustedIssuer(expecting(['token_use', ['access']]))
    expect(refusalOf(() => checkClaims(claims, header(), expected)).code).toBe('ERR_CLAIM_MISSING')
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(refusal({}, expecting([name, ['x']])).code).toBe('ERR_CLAIM_MISSING')
  })

  it('are all expected, not any of them', () => {
    const both = expecting(['token_use', ['access']], ['org', ['acme']])
    expect(check({ token_use: 'access', org: 'acme' }, both)).toBeDefined()
    for (const changes of [
      { token_use: 'access', org: 'other' },
      { token_use: 'other', org: 'acme' },
    ])
      expect(refusal(changes, both).code).toBe('ERR_CLAIM_INVALID')
  })

  it('are named in the log with what was found, at most four, made safe', () => {
    const message = (value: unknown) =>
      refusal({ mode: value }, expecting(['mode', ['a', 2, true]])).message
    expect(message('x\r\n')).toBe(`the token's mode is "x\\r\\n"; expected "a" or 2 or true`)
    expect(message(5)).toBe(`the token's mode is 5; expected "a" or 2 or true`)
    expect(message(['1', false, 'c', { d: 1 }, 'e'])).toBe(
      `the token's mode is "1", false, "c", an object; expected "a" or 2 or true`,
    )
    expect(message([])).toBe(`the token's mode is an empty list; expected "a" or 2 or true`)
  })

  it('are judged after the audience', () => {
    expect(refusal({ aud: 'x', mode: 'b' }, expecting(['mode', ['a']])).code).toBe(
      'ERR_AUDIENCE_MISMATCH',
    )
  })
})

describe('the profile id-token', () => {
  const checkIdToken = (changes: Record<string, unknown>) =>
    checkClaims(
      JSON.parse(
        JSON.stringify(goodClaims({ jti: undefined, client_id: undefined, ...changes })),
      ) as Record<string, unknown>,
      header({ typ: 'JWT' }),
      trustedIssuer({ profile: 'id-token' }),
    )

  it('takes an ID token, by what only an ID token has', () => {
    expect(checkIdToken({})).toBeDefined()
    expect(checkIdToken({ at_hash: 'x', c_hash: 'x', nonce: 'x', token_use: 'id' })).toBeDefined()
  })

  it.each(['iss', 'exp', 'aud', 'sub', 'iat'])('requires %s (OpenID Connect Core §2)', (claim) => {
    expect(refusalOf(() => checkIdToken({ [claim]: undefined }))).toMatchObject({
      code: 'ERR_CLAIM_MISSING',
      message: `the token has no ${claim}`,
    })
  })

  it('refuses an empty sub, which would be everybody; other profiles do not look at it', () => {
    expect(refusalOf(() => checkIdToken({ sub: '' }))).toMatchObject({
      code: 'ERR_CLAIM_INVALID',
      message: "the token's sub is empty",
    })
    expect(checkIdToken({ sub: ' ' })).toBeDefined()
    expect(check({ sub: '' })).toBeDefined()
  })
})
