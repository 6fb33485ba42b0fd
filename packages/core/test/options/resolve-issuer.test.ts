import { ConfigError } from '../../src/options/config-error.ts'
import { issuerOptionNames, resolveIssuer } from '../../src/options/resolve-issuer.ts'
import { AUDIENCE, clock, ISSUER, newSecret, thrownBy } from '../mint.ts'

const secret = newSecret()
const resolve = (changes: Record<string, unknown> = {}, path = '') =>
  resolveIssuer({ issuer: ISSUER, audience: AUDIENCE, secret, ...changes }, clock, path)
const problem = (changes: Record<string, unknown>, path = '') => {
  const error = thrownBy(() => resolve(changes, path))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe('resolveIssuer', () => {
  it('fills in the defaults', () => {
    expect(resolve()).toMatchObject({
      issuer: ISSUER,
      audiences: [AUDIENCE],
      profile: 'jwt',
      requiredClaims: [],
      maxTokenAge: Infinity,
    })
  })

  it('takes the issuer to the letter, or waived', () => {
    expect(resolve({ issuer: 'urn:my issuer/' }).issuer).toBe('urn:my issuer/')
    expect(resolve({ issuer: null }).issuer).toBeNull()
  })

  it.each([undefined, '', ' ', 5, true, {}, /x/])(
    'does not start with the issuer %p (empty-string option)',
    (issuer) => {
      expect(problem({ issuer })).toContain(
        'issuer: expected the exact iss of the tokens, or null to waive the check, got ',
      )
    },
  )

  it('says how to trust several issuers', () => {
    expect(problem({ issuer: ['a', 'b'] })).toBe(
      'issuer: expected one issuer; write issuers: [{ issuer, audience }, …], each with its own keys',
    )
  })

  it('takes one audience, several, or none in writing', () => {
    expect(resolve({ audience: 'a' }).audiences).toEqual(['a'])
    expect(resolve({ audience: ['a', 'b'] }).audiences).toEqual(['a', 'b'])
    expect(resolve({ audience: null }).audiences).toBeNull()
  })

  it.each([undefined, '', ' ', [], 5, true, false, {}, /x/])(
    'RS-31 does not start with the audience %p (empty-string option, regular expression)',
    (audience) => {
      expect(problem({ audience })).toContain(
        'audience: expected this API as the issuer names it in aud, or null',
      )
    },
  )

  it.each([[['']], [['a', undefined]], [['a', 5]], [['a', null]], [[/x/]]])(
    'does not start with the audiences %j',
    (audience) => {
      expect(problem({ audience })).toMatch(/^audience\[\d\]: expected a text, got /)
    },
  )

  it('takes either profile and no other', () => {
    expect(resolve({ profile: 'rfc9068' }).profile).toBe('rfc9068')
    for (const profile of ['', 'JWT', 'at+jwt', null, 5, true, ['jwt']])
      expect(problem({ profile })).toContain("profile: expected 'jwt' or 'rfc9068', got ")
  })

  it('takes required claims as a list of names', () => {
    expect(resolve({ requiredClaims: ['org'] }).requiredClaims).toEqual(['org'])
    for (const requiredClaims of ['org', null, {}, 5])
      expect(problem({ requiredClaims })).toContain('requiredClaims: expected a list of texts')
    expect(problem({ requiredClaims: [''] })).toContain('requiredClaims[0]: expected a text')
  })

  it.each([0, 0.5, -1, NaN, Infinity, 1e10, '60', null, true, '15m'])(
    'does not start with maxTokenAge %p',
    (maxTokenAge) => {
      expect(problem({ maxTokenAge })).toContain(
        'maxTokenAge: expected seconds between 1 and 1000000000, got ',
      )
    },
  )

  it('takes an age of a second and more', () => {
    for (const maxTokenAge of [1, 900, 1e9])
      expect(resolve({ maxTokenAge }).maxTokenAge).toBe(maxTokenAge)
  })

  it('names options by the path it is given', () => {
    expect(problem({ audience: '' }, 'issuers[1].')).toMatch(/^issuers\[1\]\.audience: /)
    expect(problem({ issuer: null }, 'issuers[1].')).toMatch(/^issuers\[1\]\.issuer: /)
    expect(problem({ secret: 'short' }, 'issuers[1].')).toMatch(/^issuers\[1\]\.secret: /)
    expect(problem({ claimPaths: 5 }, 'issuers[1].')).toMatch(/^issuers\[1\]\.claimPaths: /)
  })
})

it('issuerOptionNames lists every option of an issuer', () => {
  expect([...issuerOptionNames].sort()).toEqual([
    'algorithms',
    'audience',
    'claimPaths',
    'issuer',
    'jwks',
    'jwksUri',
    'maxTokenAge',
    'profile',
    'publicKey',
    'requiredClaims',
    'secret',
  ])
})

it.each([
  'undefined',
  'null',
  'https://undefined/',
  'https://undefined',
  'https://null:443/',
  '[object Object]',
])('does not start with %j, which is what JavaScript makes of a missing value', (text) => {
  const options = { issuer: 'https://issuer.example', audience: 'a', secret: newSecret() }
  for (const mistake of [{ issuer: text }, { audience: text }, { audience: ['a', text] }]) {
    expect(() => resolveIssuer({ ...options, ...mistake }, () => 0, '')).toThrow(
      /^(issuer|audience): /,
    )
  }
})
