import { ConfigError } from '../../src/options/config-error.ts'
import { issuerOptionNames, resolveIssuer } from '../../src/options/resolve-issuer.ts'
import {
  AUDIENCE,
  createClock,
  ISSUER,
  keyEnvironment,
  newEcKeys,
  newSecret,
  NOW,
  rejectionOf,
  thrownBy,
  toJwk,
} from '../mint.ts'
import { answerJson, answerStatus, type Provider, startProvider } from '../provider.ts'

const secret = newSecret()
const surroundings = { environment: keyEnvironment(), path: '', publicHostsOnly: false }
const resolve = (changes: Record<string, unknown> = {}, path = '') =>
  resolveIssuer(
    { issuer: ISSUER, audience: AUDIENCE, secret, ...changes },
    { ...surroundings, path },
  )
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
      expectedClaims: new Map(),
      maxTokenAge: Infinity,
      tenant: undefined,
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

  it('takes each profile and no other', () => {
    for (const profile of ['jwt', 'rfc9068', 'id-token'])
      expect(resolve({ profile }).profile).toBe(profile)
    for (const profile of ['', 'JWT', 'at+jwt', 'id_token', null, 5, true, ['jwt']])
      expect(problem({ profile })).toContain(
        "profile: expected 'jwt', 'rfc9068' or 'id-token', got ",
      )
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
    for (const option of ['expectedClaims', 'tenant', 'maxStale', 'allowInsecureHttp'])
      expect(problem({ [option]: null }, 'issuers[1].')).toMatch(
        new RegExp(`^issuers\\[1\\]\\.${option}: `),
      )
  })

  it('takes a tenant, and no text that is empty', () => {
    expect(resolve({ tenant: 'acme' }).tenant).toBe('acme')
    for (const tenant of ['', ' ', 'undefined', null, 5, {}, ['acme'], false])
      expect(problem({ tenant })).toMatch(/^tenant: expected the name of a tenant, got /)
  })

  describe('expectedClaims', () => {
    it('are a value or a list of them', () => {
      const expectedClaims = {
        token_use: 'access',
        level: [1, 2.5],
        mfa: true,
        off: false,
        '': 'x',
      }
      expect(resolve({ expectedClaims }).expectedClaims).toEqual(
        new Map<string, unknown>([
          ['token_use', ['access']],
          ['level', [1, 2.5]],
          ['mfa', [true]],
          ['off', [false]],
          ['', ['x']],
        ]),
      )
    })

    it('are not the list that was given', () => {
      const list = ['a']
      const { expectedClaims } = resolve({ expectedClaims: { role: list } })
      list.push('b')
      expect(expectedClaims.get('role')).toEqual(['a'])
    })

    it.each([
      null,
      undefined,
      '',
      ' ',
      'undefined',
      [],
      {},
      NaN,
      Infinity,
      [['a']],
      ['a', null],
      /x/,
    ])('cannot be %p, which no claim equals, or any', (value) => {
      expect(problem({ expectedClaims: { token_use: value } })).toMatch(
        /^expectedClaims\.token_use: expected a text, a number, true or false, or a list of them, got /,
      )
    })

    it.each([null, [], 'token_use', 5, new Map([['token_use', 'access']])])(
      'cannot be written as %p',
      (expectedClaims) => {
        expect(problem({ expectedClaims })).toMatch(/^expectedClaims: expected an object, got /)
      },
    )
  })

  it('takes maxStale from none to a week', () => {
    for (const maxStale of [0, 3_600, 604_800]) expect(() => resolve({ maxStale })).not.toThrow()
    for (const maxStale of [-1, 604_801, NaN, Infinity, '60', null, true])
      expect(problem({ maxStale })).toContain(
        'maxStale: expected seconds between 0 and 604800, got ',
      )
  })

  it('takes plain http only where somebody wrote that down', () => {
    const options = { issuer: 'http://issuer.example', audience: AUDIENCE }
    const discover = (changes: Record<string, unknown> = {}) =>
      resolveIssuer({ ...options, ...changes }, surroundings)
    expect(thrownBy(() => discover()).message).toMatch(/^issuer: no key option is given/)
    expect(thrownBy(() => discover({ allowInsecureHttp: false })).message).toMatch(/^issuer: /)
    expect(() => discover({ allowInsecureHttp: true })).not.toThrow()
    const jwksUri = 'http://keys.example/jwks'
    expect(thrownBy(() => discover({ jwksUri })).message).toMatch(/^jwksUri: /)
    expect(() => discover({ jwksUri, allowInsecureHttp: true })).not.toThrow()
    for (const other of ['ftp://keys.example', 'http://u:p@keys.example', 'keys.example'])
      expect(thrownBy(() => discover({ jwksUri: other, allowInsecureHttp: true })).message).toMatch(
        /^jwksUri: /,
      )
    for (const wrong of [null, 'true', 1, {}])
      expect(problem({ allowInsecureHttp: wrong })).toMatch(
        /^allowInsecureHttp: expected true or false, got /,
      )
  })
})

it('issuerOptionNames lists every option of an issuer', () => {
  expect([...issuerOptionNames].sort()).toEqual([
    'algorithms',
    'allowInsecureHttp',
    'audience',
    'claimPaths',
    'expectedClaims',
    'issuer',
    'jwks',
    'jwksUri',
    'keys',
    'maxStale',
    'maxTokenAge',
    'profile',
    'publicKey',
    'requiredClaims',
    'secret',
    'tenant',
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
    expect(() => resolveIssuer({ ...options, ...mistake }, surroundings)).toThrow(
      /^(issuer|audience): /,
    )
  }
})

describe('the keys of an issuer', () => {
  const jwks = { keys: [toJwk(newEcKeys().publicKey, { kid: 'k' })] }
  let provider: Provider

  beforeAll(async () => {
    provider = await startProvider()
  })
  afterAll(() => provider.close())
  beforeEach(() => {
    provider.asked.length = 0
    provider.answer = answerJson(jwks)
  })

  const remote = (changes: Record<string, unknown>, publicHostsOnly = false) => {
    const clock = createClock()
    const environment = keyEnvironment({ clock })
    const options = { issuer: ISSUER, audience: AUDIENCE, jwksUri: `${provider.url}/jwks` }
    const { keys } = resolveIssuer(
      { ...options, ...changes },
      { environment, path: '', publicHostsOnly },
    )
    return { keys, clock }
  }

  it.each([
    [{}, 3_600],
    [{ maxStale: 0 }, 0],
    [{ maxStale: 7 }, 7],
    [{ maxStale: 604_800 }, 604_800],
  ])('with %j are used %i seconds beyond their freshness', async (changes, maxStale) => {
    const { keys, clock } = remote(changes)
    await keys.ready()
    provider.answer = answerStatus(500)
    clock.now = NOW + 599 + maxStale
    expect(keys.tend()).toBe(true)
    clock.now++
    expect(keys.tend()).toBe(false)
  })

  it('RS-79 are not fetched from this host where hosts must be public', async () => {
    const { keys } = remote({}, true)
    const error = await rejectionOf(() => keys.ready())
    expect(error.code).toBe('ERR_KEYS_UNAVAILABLE')
    expect(error.message).toContain('127.0.0.1 is no public address')
    expect(provider.asked).toEqual([])
  })
})
