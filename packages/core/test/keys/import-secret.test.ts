import { createSecretKey, type KeyObject } from 'node:crypto'
import type { HmacAlgorithm } from '../../src/algorithms.ts'
import { ConfigError } from '../../src/options/config-error.ts'
import { importSecret, type SecretInput } from '../../src/keys/import-secret.ts'
import { type KeyPair, newEcKeys, newRsaKeys, newSecret, thrownBy, toJwk } from '../mint.ts'

const load = (input: unknown, algorithm: HmacAlgorithm = 'HS256') =>
  importSecret(input as SecretInput, algorithm, 'secret')
const refusal = (...given: Parameters<typeof load>) => {
  const error = thrownBy(() => load(...given))
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({ code: 'ERR_CONFIG', option: 'secret' })
  return error.message
}
const oct = (bytes: Buffer, members: Record<string, unknown> = {}) => ({
  kty: 'oct',
  k: bytes.toString('base64url'),
  ...members,
})

const ec = newEcKeys()
let rsa: KeyPair
beforeAll(() => {
  rsa = newRsaKeys()
})

describe('importSecret', () => {
  const bytes = newSecret(64)

  it.each<[string, unknown]>([
    ['bytes', bytes],
    ['a Uint8Array', new Uint8Array(bytes)],
    ['a part of a larger buffer', Buffer.concat([bytes, bytes]).subarray(64)],
    ['a KeyObject', createSecretKey(bytes)],
    ['a JWK', oct(bytes)],
  ])('loads %s', (_, input) => {
    const record = load(input, 'HS512')
    expect(record.key.export()).toEqual(bytes)
    expect(record).toMatchObject({
      kid: undefined,
      algorithms: ['HS512'],
      servesAnyKid: true,
      trusted: true,
    })
  })

  it('loads a text as its UTF-8 bytes', () => {
    const text = `${newSecret(24).toString('base64url')}ñ`
    expect(load(text).key.export()).toEqual(Buffer.from(text, 'utf8'))
  })

  it('binds a JWK to its kid', () => {
    expect(load(oct(bytes, { kid: 'k1', alg: 'HS256' }))).toMatchObject({
      kid: 'k1',
      servesAnyKid: false,
    })
  })

  it('refuses a JWK for another algorithm', () => {
    expect(refusal(oct(bytes, { alg: 'HS512' }))).toBe(
      'secret: this JWK is for HS512, but algorithms allows HS256',
    )
  })

  it.each<[HmacAlgorithm, number]>([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('RS-27 wants of a secret for %s at least %i bytes', (algorithm, fewest) => {
    expect(load(newSecret(fewest), algorithm).algorithms).toEqual([algorithm])
    expect(refusal(newSecret(fewest - 1), algorithm)).toMatch(
      `secret: ${algorithm} needs a secret of at least ${fewest} bytes, got ${fewest - 1}; make one with: node -e `,
    )
    expect(refusal(createSecretKey(newSecret(fewest - 1)), algorithm)).toContain('at least')
    expect(refusal(oct(newSecret(fewest - 1)), algorithm)).toContain('at least')
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'got undefined (a missing environment variable?)'],
    ['null', null, 'got null'],
    ['an empty text', '', 'got an empty string (a missing environment variable?)'],
    ['no bytes', new Uint8Array(), 'got no bytes'],
    ['a number', 5, 'got a number'],
    ['true', true, 'got true'],
    ['an object', {}, 'got an object'],
    ['a JWK without k', { kty: 'oct' }, 'got an object'],
    ['a JWK with an empty k', { kty: 'oct', k: '' }, 'got an object'],
    ['a function', () => 'x', 'got a function'],
  ])('refuses %s (HMAC with empty secret)', (_, input, shown) => {
    expect(refusal(input)).toBe(
      `secret: expected a text, bytes, a JWK of type "oct" or a secret KeyObject, ${shown}`,
    )
  })

  it.each(['undefined', 'null', 'NaN', '[object Object]'])(
    'refuses the coerced secret %p',
    (text) => {
      expect(refusal(text)).toContain('make one with')
    },
  )

  it.each(['secret', 'your-256-bit-secret', 'a-string-secret-at-least-256-bits-long'])(
    'refuses %p, whatever its length (weak or published secret)',
    (text) => {
      const published =
        /^secret: this secret is published in tutorials and word lists; make one with: /
      expect(refusal(text)).toMatch(published)
      expect(refusal(Buffer.from(text))).toMatch(published)
      expect(refusal(oct(Buffer.from(text)))).toMatch(published)
      expect(refusal(createSecretKey(Buffer.from(text)))).toMatch(published)
    },
  )

  it('refuses a secret of seven different bytes and takes one of eight', () => {
    expect(refusal('abcdefg'.repeat(9))).toMatch('this secret repeats itself and can be guessed')
    expect(refusal(Buffer.alloc(64))).toMatch('repeats itself')
    const eight = `${'abcdefgh'.repeat(4)}hgfedcba`
    expect(load(eight).algorithms).toEqual(['HS256'])
    expect(refusal(eight.replaceAll('h', 'a'))).toMatch('repeats itself')
  })

  it.each([
    ['a pattern, once and again', 'password123'.repeat(3)],
    ['a template that was not filled in', '${JWT_SECRET_OF_THE_PRODUCTION_SYSTEM}'],
    ['bytes that count up', Buffer.from(Array.from({ length: 32 }, (_, at) => at))],
    ['bytes that count down', Buffer.from(Array.from({ length: 32 }, (_, at) => 99 - at))],
    [
      'a published secret with the line break of a file',
      'a-string-secret-at-least-256-bits-long\n',
    ],
  ])('refuses %s', (_what, secret) => {
    expect(refusal(secret)).toMatch(/guessed|published|variable/)
  })

  describe('RS-23 refuses a key of another kind (HS256 with the public key)', () => {
    const message =
      'secret: this is a public or private key, not a shared secret; verify with publicKey instead'
    const pems = () =>
      [rsa, ec].flatMap(({ publicKey, privateKey }) => [
        publicKey.export({ type: 'spki', format: 'pem' }) as string,
        privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      ])

    it('as PEM, however it is spelled', () => {
      const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string
      for (const pem of [...pems(), pkcs1]) {
        for (const spelling of [
          pem,
          pem.trim(),
          ` ${pem}`,
          `\n\n${pem}`,
          `\ufeff${pem}`,
          pem.replaceAll('\n', '\r\n'),
          pem.replaceAll('\n', '\\n'),
          pem.replaceAll('\n', ' '),
          pem.replaceAll('\n', ''),
          `# my key\n${pem}`,
        ]) {
          expect(refusal(spelling)).toBe(message)
          expect(refusal(Buffer.from(spelling))).toBe(message)
          expect(refusal(createSecretKey(Buffer.from(spelling)))).toBe(message)
        }
      }
    })

    it('as a base64 text without its armour, as some providers show it', () => {
      const spki = rsa.publicKey.export({ type: 'spki', format: 'der' })
      const lines = spki.toString('base64').replace(/(.{64})/g, '$1\n')
      for (const text of [spki.toString('base64'), spki.toString('base64url'), lines])
        expect(refusal(text)).toBe(message)
    })

    it('as a text of its DER in base64 or hexadecimal, private keys too', () => {
      for (const der of [
        rsa.publicKey.export({ type: 'pkcs1', format: 'der' }),
        rsa.privateKey.export({ type: 'pkcs8', format: 'der' }),
        rsa.privateKey.export({ type: 'pkcs1', format: 'der' }),
        ec.privateKey.export({ type: 'sec1', format: 'der' }),
        ec.privateKey.export({ type: 'pkcs8', format: 'der' }),
        ec.publicKey.export({ type: 'spki', format: 'der' }),
      ]) {
        for (const text of [der, der.toString('base64'), der.toString('hex')])
          expect(refusal(text)).toBe(message)
      }
    })

    it('as DER', () => {
      for (const der of [
        rsa.publicKey.export({ type: 'spki', format: 'der' }),
        rsa.publicKey.export({ type: 'pkcs1', format: 'der' }),
        ec.publicKey.export({ type: 'spki', format: 'der' }),
      ])
        expect(refusal(der)).toBe(message)
    })

    it('as JSON: a JWK, a set or a list', () => {
      const jwk = toJwk(rsa.publicKey)
      for (const json of [jwk, { keys: [jwk] }, [jwk], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']])
        expect(refusal(JSON.stringify(json, null, 10))).toBe(message)
    })

    it('as KeyObject or JWK', () => {
      expect(refusal(rsa.publicKey)).toBe(
        'secret: expected a shared secret, got a public key; verify with publicKey instead',
      )
      expect(refusal(rsa.privateKey)).toContain('got a private key')
      expect(refusal(toJwk(rsa.publicKey))).toContain('expected a text, bytes, a JWK of type "oct"')
    })

    it('under a JWK of type oct', () => {
      const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
      expect(refusal(oct(Buffer.from(pem)))).toBe(message)
    })
  })

  it('never repeats what may be a secret', () => {
    const weak = newSecret(20).toString('base64url').slice(0, 20)
    for (const given of [weak, Buffer.from(weak), oct(Buffer.from(weak)), { k: weak }])
      expect(refusal(given)).not.toContain(weak)
  })

  it('takes random bytes, and their hexadecimal and base64 text', () => {
    for (let round = 0; round < 50; round++) {
      expect(load(newSecret(32)).trusted).toBe(true)
      expect(load(newSecret(65)).trusted).toBe(true)
      expect(load(newSecret(48).toString('base64')).trusted).toBe(true)
    }
    const record: { key: KeyObject } = load(newSecret(64).toString('hex'))
    expect(record.key.type).toBe('secret')
  })
})
