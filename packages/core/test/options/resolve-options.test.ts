import { systemClock } from '../../src/clock.ts'
import { ConfigError } from '../../src/options/config-error.ts'
import type { TrustedIssuer } from '../../src/issuers/trusted-issuer.ts'
import { createGuard } from '../../src/guard.ts'
import type { GuardOptions } from '../../src/options/options.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { AUDIENCE, ISSUER, newSecret, thrownBy } from '../mint.ts'

const secret = newSecret()
const given = (changes: Record<string, unknown> = {}) =>
  ({ issuer: ISSUER, audience: AUDIENCE, secret, ...changes }) as unknown as GuardOptions
const resolve = (changes: Record<string, unknown> = {}) => resolveOptions(given(changes))
const refusal = (changes: Record<string, unknown>) => {
  const error = thrownBy(() => createGuard(given(changes)))
  expect(error).toBeInstanceOf(ConfigError)
  return error as ConfigError
}
const WRONG = [null, '', 'x', 5, NaN, true, [], {}] as const

describe('resolveOptions', () => {
  it('fills in the defaults', () => {
    expect(resolve()).toMatchObject({
      optional: false,
      sources: ['header'],
      clockTolerance: 30,
      maxTokenSize: 16_384,
      schema: undefined,
      check: undefined,
      revocation: undefined,
      cacheEntries: 10_000,
      challenge: { realm: 'api', resourceMetadata: undefined },
      clock: systemClock,
    })
  })

  it('counts undefined as absent', () => {
    const options = Object.fromEntries(
      [
        'optional',
        'tokenFrom',
        'clockTolerance',
        'maxTokenSize',
        'schema',
        'check',
        'revocation',
        'cache',
        'realm',
        'resourceMetadata',
        'clock',
        'issuers',
        'profile',
        'requiredClaims',
        'maxTokenAge',
        'claimPaths',
        'algorithms',
        'expectedClaims',
        'tenant',
        'maxStale',
        'allowInsecureHttp',
      ].map((name) => [name, undefined]),
    )
    const { issuers, addIssuer: _, ...rest } = resolve(options)
    const { issuers: expected, addIssuer: __, ...others } = resolve()
    expect(rest).toEqual(others)
    expect(issuers.listed()).toHaveLength(expected.listed().length)
    const known = ({ keys: _keys, ...facts }: TrustedIssuer) => facts
    expect(issuers.listed().map(known)).toEqual(expected.listed().map(known))
  })

  it('takes everything it offers', () => {
    const check = () => true
    const clock = () => 5
    const revocation = { isRevoked: () => false }
    const schema = { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } }
    expect(
      resolve({
        optional: true,
        tokenFrom: 'query',
        clockTolerance: 0,
        maxTokenSize: 64,
        schema,
        check,
        revocation,
        cache: { maxEntries: 2 },
        realm: 'orders and more',
        resourceMetadata: 'https://api.example/meta',
        clock,
      }),
    ).toMatchObject({
      optional: true,
      sources: ['query'],
      clockTolerance: 0,
      maxTokenSize: 64,
      schema,
      check,
      revocation,
      cacheEntries: 2,
      challenge: { realm: 'orders and more', resourceMetadata: 'https://api.example/meta' },
      clock,
    })
    expect(resolve({ cache: false }).cacheEntries).toBe(0)
  })

  it('takes a schema that is a function (arktype)', () => {
    const schema = Object.assign(() => 1, {
      '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) },
    })
    expect(resolve({ schema }).schema).toBe(schema)
  })

  it.each([undefined, null, 'https://issuer.example', 5, [], () => 1])(
    'does not start with the options %p',
    (options) => {
      const error = thrownBy(() => createGuard(options as unknown as GuardOptions))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error).toMatchObject({ option: 'options' })
    },
  )

  describe('does not start with a wrong', () => {
    const wrong: Record<string, readonly unknown[]> = {
      optional: [null, '', 'true', 0, 1, [], {}],
      tokenFrom: [
        null,
        '',
        'Header',
        'body',
        5,
        true,
        [],
        {},
        ['header', 'x'],
        [null],
        { header: 'x' },
      ],
      clockTolerance: [null, '', '30', NaN, -1, 301, Infinity, true, {}],
      maxTokenSize: [null, '', '100', NaN, 0, 63, 1_048_577, Infinity, {}],
      schema: WRONG,
      check: WRONG,
      revocation: [...WRONG, { isRevoked: true }, () => false],
      cache: [
        null,
        '',
        true,
        0,
        5,
        [],
        {},
        { maxEntries: 1 },
        { maxEntries: NaN },
        { maxEntries: '5' },
        { maxEntries: 5, ttl: 5 },
      ],
      realm: [null, '', ' ', 5, true, 'a"b', 'a\\b', 'a\r\nb', 'ñ', ['api'], {}],
      resourceMetadata: [null, '', 5, 'x', 'http://api.example/meta', '/meta', {}],
      clock: WRONG,
    }
    it.each(
      Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value])),
    )('%s: %j', (name, value) => {
      expect(refusal({ [name as string]: value }).option).toMatch(new RegExp(`^${name as string}`))
    })
  })

  it.each<[Record<string, unknown>, string]>([
    [{ clockTolerance: NaN }, 'clockTolerance: expected seconds between 0 and 300, got NaN'],
    [
      { realm: 'a"b' },
      'realm: expected printable ASCII without quotes or backslashes, got "a\\"b"',
    ],
    [{ optional: 'false' }, 'optional: expected true or false, got "false"'],
    [{ cache: 500 }, 'cache: expected false or { maxEntries }, got 500'],
    [
      { cache: { maxEntries: 1 } },
      'cache.maxEntries: expected tokens between 2 and 10000000, got 1',
    ],
    [
      { resourceMetadata: 'http://api.example' },
      'resourceMetadata: expected an https URL, got "http://api.example"',
    ],
    [{ schema: {} }, 'schema: expected a Standard Schema (zod, valibot, arktype …), got an object'],
    [{ revocation: {} }, 'revocation: expected { isRevoked(ids) }, got an object'],
    [{ check: true }, 'check: expected a function, got true'],
  ])('says what is wrong with %j', (changes, message) => {
    expect(refusal(changes).message).toBe(message)
  })

  it.each([
    ['credentialsRequired', false, 'credentialsRequired: false is optional: true here'],
    ['ignoreExpiration', true, 'exp is always checked'],
    ['secretOrKey', 'x', 'the two are never mixed here'],
    ['clockTolerence', 5, 'clockTolerence: there is no such option'],
    ['toString', 5, 'there is no such option'],
  ])('refuses the option %s by name', (name, value, hint) => {
    const error = refusal({ [name]: value })
    expect(error.option).toBe(name)
    expect(error.message).toContain(hint)
  })

  it('refuses an unknown option even when it is undefined', () => {
    expect(refusal({ credentialsRequired: undefined }).option).toBe('credentialsRequired')
  })

  it('neither keeps nor changes what it was given', () => {
    const options = Object.freeze({
      ...given({ audience: undefined }),
      audience: ['a'],
      tokenFrom: Object.freeze([{ cookie: 'at', origins: ['https://app.example'] }]),
      requiredClaims: ['org'],
    }) as unknown as GuardOptions & { audience: string[]; requiredClaims: string[] }
    const settings = resolveOptions(options)
    options.audience.push('b')
    options.requiredClaims.length = 0
    expect(settings.issuers.listed()[0]).toMatchObject({
      audiences: ['a'],
      requiredClaims: ['org'],
    })
    expect(settings.sources[0]).not.toBe((options.tokenFrom as unknown[])[0])
  })
})

describe('options that nobody wrote', () => {
  const good = { issuer: 'https://issuer.example', audience: 'a', secret: newSecret() }

  it('are not taken from a prototype', () => {
    class Options {
      readonly issuer = 'https://issuer.example'
      readonly audience = 'a'
    }
    expect(() => resolveOptions(Object.create(good) as never)).toThrow(
      'options: expected a plain object',
    )
    expect(() => resolveOptions(new Options() as never)).toThrow('options: expected a plain object')
  })

  it('are not taken from a polluted Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'optional', { value: true, configurable: true })
    try {
      expect(resolveOptions(good).optional).toBe(false)
    } finally {
      delete (Object.prototype as { optional?: unknown }).optional
    }
  })

  it('are refused as claimPaths: null or a Map, and as a hole among issuers', () => {
    expect(() => resolveOptions({ ...good, claimPaths: null } as never)).toThrow(/^claimPaths: /)
    expect(() => resolveOptions({ ...good, claimPaths: new Map() } as never)).toThrow(
      /^claimPaths: /,
    )

    expect(() => resolveOptions({ issuers: [good, ,] } as never)).toThrow(/^issuers\[1\]: /)
  })

  it('a seventeenth secret, which would never be tried, is refused', () => {
    const secret = Array.from({ length: 17 }, () => newSecret())
    expect(() => resolveOptions({ ...good, secret })).toThrow('secret: expected at most 16, got 17')
  })

  it('a password in a URL is not repeated', () => {
    const jwksUri = 'https://user:hunter2@example.com/jwks'
    expect(() => resolveOptions({ issuer: 'a', audience: 'a', jwksUri })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })

  it.each([Number.NaN, Infinity, '5', undefined, Promise.reject(new Error('later'))])(
    'a clock that tells %p is refused',
    (now) => {
      expect(() => resolveOptions({ ...good, clock: () => now as number })).toThrow(/^clock: /)
    },
  )
})

it('an algorithm of the other kind says with which keys it works', () => {
  const good = { issuer: 'https://issuer.example', audience: 'a', secret: newSecret() }
  expect(() => resolveOptions({ ...good, algorithms: ['RS256'] } as never)).toThrow(
    'RS256 works with publicKey, jwks, jwksUri or keys',
  )
})
