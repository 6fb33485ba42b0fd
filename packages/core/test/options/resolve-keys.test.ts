import { ConfigError } from '../../src/options/config-error.ts'
import { DiscoveredKeys } from '../../src/keys/discovery.ts'
import { LiveKeySource } from '../../src/keys/live-key-source.ts'
import type { KeyRecord } from '../../src/keys/key-record.ts'
import { RemoteKeySet } from '../../src/keys/remote-key-set.ts'
import { isSecureUrl, isWebUrl } from '../../src/keys/secure-url.ts'
import type { GivenIssuer } from '../../src/options/options.ts'
import { keyOptionNames, resolveKeys } from '../../src/options/resolve-keys.ts'
import {
  header,
  ISSUER,
  keyEnvironment,
  type KeyPair,
  newEcKeys,
  newRsaKeys,
  newSecret,
  thrownBy,
  toJwk,
} from '../mint.ts'

const secret = newSecret()
const ec = newEcKeys()
let rsa: KeyPair
beforeAll(() => {
  rsa = newRsaKeys()
})

const fetching = {
  environment: keyEnvironment(),
  policy: { maxStale: 3_600, publicHostsOnly: false, isAllowedUrl: isSecureUrl },
}
const resolve = (options: Record<string, unknown>, issuer: string | null = ISSUER, path = '') =>
  resolveKeys(options as unknown as GivenIssuer, issuer, path, fetching)
const problem = (...given: Parameters<typeof resolve>) => {
  const error = thrownBy(() => resolve(...given))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}
const liveKeys = (set: unknown = { keys: [] }) => ({
  jwks: () => set,
  refresh: () => Promise.resolve(),
})
const select = (options: Record<string, unknown>, members: Record<string, unknown>) =>
  resolve(options).select(header(members)) as KeyRecord[]

describe('resolveKeys', () => {
  it('binds a secret to HS256, or to the one algorithm named', () => {
    expect(select({ secret }, { alg: 'HS256' })).toHaveLength(1)
    expect(select({ secret, algorithms: ['HS512'] }, { alg: 'HS512' })).toHaveLength(1)
    expect(() => select({ secret, algorithms: ['HS512'] }, { alg: 'HS256' })).toThrow()
  })

  it('takes a current secret and previous ones', () => {
    expect(select({ secret: [secret, newSecret()] }, { alg: 'HS256' })).toHaveLength(2)
  })

  it('takes public keys, current and previous', () => {
    expect(select({ publicKey: ec.publicKey }, { alg: 'ES256' })).toHaveLength(1)
    const both = { publicKey: [ec.publicKey, newEcKeys().publicKey] }
    expect(select(both, { alg: 'ES256' })).toHaveLength(2)
  })

  it('takes a key set', () => {
    const jwks = { keys: [toJwk(ec.publicKey, { kid: 'k' })] }
    expect(select({ jwks }, { kid: 'k' })).toHaveLength(1)
  })

  it('takes the live keys of an issuer', () => {
    const set = { keys: [toJwk(ec.publicKey, { kid: 'k' })] }
    expect(select({ keys: liveKeys(set) }, { kid: 'k' })).toHaveLength(1)
    expect(resolve({ keys: liveKeys(set) })).toBeInstanceOf(LiveKeySource)
    expect(() => select({ keys: liveKeys(set), algorithms: ['RS256', 'ES256'] }, {})).not.toThrow()
  })

  it('readies a key set behind a URL, or discovers it, and fetches nothing yet', () => {
    expect(resolve({ jwksUri: 'https://issuer.example/jwks' })).toBeInstanceOf(RemoteKeySet)
    expect(resolve({})).toBeInstanceOf(DiscoveredKeys)
  })

  it('RS-23 never mixes secrets and public keys', () => {
    const all = {
      secret,
      publicKey: ec.publicKey,
      jwks: { keys: [] },
      jwksUri: 'https://issuer.example/jwks',
      keys: liveKeys(),
    }
    const names = Object.keys(all) as (keyof typeof all)[]
    for (const one of names)
      for (const other of names) {
        if (one === other) continue
        expect(problem({ [one]: all[one], [other]: all[other] })).toContain(
          'expected one of secret, publicKey, jwks, jwksUri, keys; got ',
        )
      }
    expect(problem({ secret, publicKey: ec.publicKey })).toBe(
      'publicKey: expected one of secret, publicKey, jwks, jwksUri, keys; got secret and publicKey',
    )
  })

  it('RS-23 never mixes HMAC and asymmetric algorithms', () => {
    expect(problem({ publicKey: ec.publicKey, algorithms: ['ES256', 'HS256'] })).toBe(
      'algorithms: expected some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, got HS256 (HMAC works with secret only)',
    )
    expect(problem({ secret, algorithms: ['none'] })).toBe(
      'algorithms: expected some of HS256, HS384, HS512, got none',
    )
    for (const algorithms of [['RS256'], ['HS256', 'RS256'], ['none']])
      expect(problem({ secret, algorithms })).toContain(
        'algorithms: expected some of HS256, HS384, HS512, got ',
      )
    expect(problem({ jwks: { keys: [] }, algorithms: ['HS256'] })).toContain('HMAC works with')
    expect(problem({ jwksUri: 'https://a.example', algorithms: ['HS256'] })).toContain('HMAC')
    expect(problem({ algorithms: ['HS256'] })).toContain('HMAC works with secret only')
  })

  it('gives one secret one algorithm', () => {
    expect(problem({ secret, algorithms: ['HS256', 'HS512'] })).toBe(
      'algorithms: one secret serves one algorithm; got HS256, HS512',
    )
  })

  it.each(['RS256', null, {}, 5, [''], [null], [], ['none'], ['rs256'], ['constructor']])(
    'RS-22 does not start with the algorithms %j (alg none)',
    (algorithms) => {
      expect(problem({ publicKey: rsa.publicKey, algorithms })).toMatch(/^algorithms/)
      expect(problem({ algorithms })).toMatch(/^algorithms/)
    },
  )

  it('lists what it expects instead of no algorithm', () => {
    expect(problem({ secret, algorithms: [] })).toBe(
      'algorithms: expected some of HS256, HS384, HS512, got an empty list',
    )
  })

  it('takes as many keys as are tried for a token, and not one more', () => {
    const secrets = Array.from({ length: 17 }, () => newSecret())
    expect(select({ secret: secrets.slice(1) }, { alg: 'HS256' })).toHaveLength(16)
    expect(problem({ secret: secrets })).toBe(
      'secret: expected at most 16, got 17: each is tried for a token',
    )
  })

  it('does not start with an empty list of keys', () => {
    expect(problem({ secret: [] })).toBe('secret: expected at least one, got an empty list')
    expect(problem({ publicKey: [] })).toBe('publicKey: expected at least one, got an empty list')
  })

  it('names the item of a list that is wrong', () => {
    expect(problem({ secret: [secret, ''] })).toMatch(/^secret\[1\]: /)
    expect(problem({ publicKey: [ec.publicKey, null] })).toMatch(/^publicKey\[1\]: /)
  })

  it('takes no function for a secret', () => {
    expect(problem({ secret: () => secret })).toBe(
      'secret: expected a secret, got a function; for keys behind a URL write jwksUri',
    )
  })

  it.each(['', null, 5, false, undefined])(
    'does not take %j for a key that is left out',
    (value) => {
      expect(problem({ secret: value })).toMatch(/^secret: /)
      expect(problem({ publicKey: value })).toMatch(/^publicKey: /)
      expect(problem({ jwks: value })).toMatch(/^jwks: /)
      expect(problem({ jwksUri: value })).toMatch(/^jwksUri: /)
      expect(problem({ keys: value })).toMatch(/^keys: /)
    },
  )

  it('says of a key that is undefined where it was most likely lost', () => {
    for (const name of keyOptionNames)
      expect(problem({ [name]: undefined })).toBe(
        `${name}: expected a key, got undefined (a missing environment variable?)`,
      )
  })

  it('does not start with a key set without a usable key', () => {
    expect(problem({ jwks: { keys: [] } })).toContain(
      'jwks: this key set cannot be used: none of its 0 keys can verify ',
    )
    expect(problem({ jwks: [] })).toBe(
      'jwks: this key set cannot be used: it is no JWK Set: it has no "keys" list',
    )
  })

  it.each(['http://issuer.example/jwks', '/jwks', 'ftp://x', 'https://u:p@issuer.example'])(
    'RS-79 does not start with the jwksUri %j',
    (jwksUri) => {
      expect(problem({ jwksUri })).toContain(
        'jwksUri: expected an https URL (http on the loopback interface only), got ',
      )
    },
  )

  it.each([null, 'http://issuer.example', 'my-issuer', 'urn:issuer'])(
    'cannot discover the keys of the issuer %j',
    (issuer) => {
      expect(problem({}, issuer)).toMatch(
        /^issuer: no key option is given, and keys can be discovered only from an https URL, got .+; give one of secret, publicKey, jwks, jwksUri, keys$/,
      )
    },
  )

  it('names options by the path it is given', () => {
    expect(problem({ secret: 'x' }, ISSUER, 'issuers[0].')).toMatch(/^issuers\[0\]\.secret: /)
    expect(problem({ jwksUri: 'x' }, ISSUER, 'issuers[0].')).toMatch(/^issuers\[0\]\.jwksUri: /)
    expect(problem({ keys: {} }, ISSUER, 'issuers[0].')).toMatch(/^issuers\[0\]\.keys: /)
    expect(problem({ jwks: {} }, ISSUER, 'issuers[0].')).toMatch(/^issuers\[0\]\.jwks: /)
    expect(problem({ algorithms: [] }, ISSUER, 'issuers[0].')).toMatch(
      /^issuers\[0\]\.algorithms: /,
    )
    expect(problem({}, 'x', 'issuers[0].')).toMatch(/^issuers\[0\]\.issuer: /)
  })
})

it('takes the URLs that its policy takes, for both ways to fetch', () => {
  const policy = { ...fetching.policy, isAllowedUrl: isWebUrl }
  const lenient = (options: Record<string, unknown>, issuer: string) =>
    resolveKeys(options as unknown as GivenIssuer, issuer, '', { ...fetching, policy })
  const insecure = 'http://issuer.example'
  expect(lenient({}, insecure)).toBeInstanceOf(DiscoveredKeys)
  expect(lenient({ jwksUri: insecure }, ISSUER)).toBeInstanceOf(RemoteKeySet)
  for (const other of ['ftp://issuer.example', 'my-issuer'])
    expect(() => lenient({}, other)).toThrow(/^issuer: no key option is given/)
})

it('keyOptionNames lists the ways to give keys', () => {
  expect(keyOptionNames).toEqual(['secret', 'publicKey', 'jwks', 'jwksUri', 'keys'])
})
