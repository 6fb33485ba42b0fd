import { execFileSync } from 'node:child_process'
import { createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { AsymmetricAlgorithm } from '../../src/algorithms.ts'
import { ConfigError } from '../../src/options/config-error.ts'
import { importPublicKey, type PublicKeyInput } from '../../src/keys/import-public-key.ts'
import {
  type KeyPair,
  newEcKeys,
  newEd25519Keys,
  newRsaKeys,
  newSecret,
  thrownBy,
  toJwk,
} from '../mint.ts'
import { rocaModulus, rsaJwk } from './rsa-jwk.ts'

const load = (input: unknown, allowed?: readonly AsymmetricAlgorithm[]) =>
  importPublicKey(input as PublicKeyInput, allowed, 'publicKey')
const refusal = (...given: Parameters<typeof load>) => {
  const error = thrownBy(() => load(...given))
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({ code: 'ERR_CONFIG', option: 'publicKey' })
  return error.message
}

const ec = newEcKeys()
const edwards = newEd25519Keys()
let rsa: KeyPair
let pem: string

beforeAll(() => {
  rsa = newRsaKeys()
  pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
})

describe('importPublicKey', () => {
  describe('loads', () => {
    const isRsa = (key: KeyObject) => key.equals(rsa.publicKey)

    it('a PEM (SPKI), in whatever line ends', () => {
      for (const text of [pem, pem.trim(), pem.replaceAll('\n', '\r\n'), `\n${pem}\n`]) {
        const record = load(text)
        expect(isRsa(record.key)).toBe(true)
        expect(record).toMatchObject({
          kid: undefined,
          algorithms: ['RS256'],
          servesAnyKid: true,
          trusted: true,
        })
      }
    })

    it('a PEM (PKCS#1)', () => {
      const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string
      expect(pkcs1).toContain('BEGIN RSA PUBLIC KEY')
      expect(isRsa(load(pkcs1).key)).toBe(true)
    })

    it('a certificate (X.509)', () => {
      expect(isRsa(load(certificateFor(rsa)).key)).toBe(true)
    })

    it('a KeyObject', () => {
      expect(isRsa(load(rsa.publicKey).key)).toBe(true)
    })

    it('a JWK, bound to its kid and algorithm', () => {
      expect(load(toJwk(ec.publicKey, { kid: 'k1', alg: 'ES256', use: 'sig' }))).toMatchObject({
        kid: 'k1',
        algorithms: ['ES256'],
        servesAnyKid: false,
      })
      expect(load(toJwk(ec.publicKey))).toMatchObject({ kid: undefined, servesAnyKid: true })
    })
  })

  describe('RS-21 binds a key to one algorithm', () => {
    it('by its type and curve', () => {
      expect(load(newEcKeys('P-256').publicKey).algorithms).toEqual(['ES256'])
      expect(load(newEcKeys('P-384').publicKey).algorithms).toEqual(['ES384'])
      expect(load(newEcKeys('P-521').publicKey).algorithms).toEqual(['ES512'])
      expect(load(rsa.publicKey).algorithms).toEqual(['RS256'])
    })

    it('by either of the two names of Ed25519', () => {
      expect(load(edwards.publicKey).algorithms).toEqual(['EdDSA', 'Ed25519'])
      expect(load(edwards.publicKey, ['EdDSA']).algorithms).toEqual(['EdDSA'])
      expect(load(toJwk(edwards.publicKey, { alg: 'Ed25519' })).algorithms).toEqual(['Ed25519'])
    })

    it('by the list of algorithms', () => {
      expect(load(rsa.publicKey, ['PS384', 'ES256']).algorithms).toEqual(['PS384'])
      expect(load(ec.publicKey, ['RS256', 'ES256', 'ES384']).algorithms).toEqual(['ES256'])
    })

    it('by its own alg, which the list must allow', () => {
      expect(load(toJwk(rsa.publicKey, { alg: 'PS512' })).algorithms).toEqual(['PS512'])
      expect(load(toJwk(rsa.publicKey, { alg: 'PS512' }), ['RS256', 'PS512']).algorithms).toEqual([
        'PS512',
      ])
      expect(refusal(toJwk(rsa.publicKey, { alg: 'PS512' }), ['RS256', 'ES256'])).toBe(
        'publicKey: a key of type rsa that names PS512 fits none of RS256, ES256',
      )
    })

    it('and leaves no choice to the token', () => {
      expect(refusal(rsa.publicKey, ['RS256', 'PS256'])).toBe(
        'publicKey: this RSA key could verify RS256, PS256; one key serves one algorithm: name only that one in algorithms, ' +
          'or give the key as a JWK with its "alg"',
      )
    })
  })

  it.each<[string, () => unknown, AsymmetricAlgorithm[] | undefined, string]>([
    ['an EC key where RS256 is allowed', () => ec.publicKey, ['RS256'], 'ec (prime256v1)'],
    ['a P-384 key for ES256', () => newEcKeys('P-384').publicKey, ['ES256'], 'ec (secp384r1)'],
    ['an Ed25519 key for ES256', () => edwards.publicKey, ['ES256'], 'ed25519'],
    ['secp256k1', () => newEcKeys('secp256k1').publicKey, undefined, 'ec (secp256k1)'],
    ['Ed448', () => generateKeyPairSync('ed448').publicKey, undefined, 'ed448'],
    ['X25519', () => generateKeyPairSync('x25519').publicKey, undefined, 'x25519'],
    [
      'an EC key that says RS256 (key type ≠ algorithm)',
      () => toJwk(ec.publicKey, { alg: 'RS256' }),
      undefined,
      'ec (prime256v1) that names RS256',
    ],
  ])('refuses %s', (_, key, allowed, shown) => {
    expect(refusal(key(), allowed)).toMatch(`publicKey: a key of type ${shown} fits none of `)
  })

  describe('RS-23 refuses what is not public', () => {
    it.each<[string, () => unknown]>([
      ['PKCS#8', () => rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })],
      ['PKCS#1', () => rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })],
      ['SEC1', () => ec.privateKey.export({ type: 'sec1', format: 'pem' })],
      [
        'encrypted PKCS#8',
        () =>
          ec.privateKey.export({
            type: 'pkcs8',
            format: 'pem',
            cipher: 'aes-256-cbc',
            passphrase: 'x',
          }),
      ],
      [
        'a key after a certificate',
        () => pem + String(ec.privateKey.export({ type: 'sec1', format: 'pem' })),
      ],
    ])('a private PEM: %s', (_, text) => {
      expect(refusal(text())).toBe(
        'publicKey: this PEM is a private key; give the guard the public key only',
      )
    })

    it('a private or secret KeyObject', () => {
      expect(refusal(rsa.privateKey)).toBe(
        'publicKey: expected a public key, got a private KeyObject',
      )
      expect(refusal(createSecretKey(newSecret()))).toBe(
        'publicKey: expected a public key, got a secret KeyObject',
      )
    })

    it('a private JWK', () => {
      for (const { privateKey } of [rsa, ec, edwards])
        expect(refusal(toJwk(privateKey))).toBe(
          'publicKey: this JWK is a private key (it has "d", "p" or the like); leave the private members out',
        )
    })

    it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('a JWK that has %s', (member) => {
      expect(refusal(toJwk(rsa.publicKey, { [member]: 'AQAB' }))).toContain('is a private key')
    })

    it('a shared secret', () => {
      expect(refusal({ kty: 'oct', k: newSecret().toString('base64url') })).toBe(
        'publicKey: this JWK is a shared secret ("kty": "oct"); give it as secret',
      )
    })
  })

  it('RS-27 refuses RSA keys that are too weak', () => {
    expect(refusal(newRsaKeys(1024).publicKey)).toBe(
      'publicKey: this key is too weak: its modulus has 1024 bits; at least 2048 are required',
    )
    expect(refusal(rsaJwk(2n ** 2048n - 1942289n, 1n))).toBe(
      'publicKey: this key is too weak: its public exponent is 1',
    )
    expect(refusal(rsaJwk(rocaModulus()))).toContain('(ROCA, CVE-2017-15361)')
  })

  it.each(['enc', 'x', ''])('RS-71 refuses a JWK whose use is %j', (use) => {
    expect(refusal(toJwk(rsa.publicKey, { use }))).toBe(
      'publicKey: this JWK is not for signatures: its "use" or "key_ops" say otherwise',
    )
  })

  it.each<[unknown, string]>([
    [5, 'got 5'],
    [null, 'got null'],
    [['k'], 'got a list'],
  ])('refuses a JWK whose kid is %j', (kid, given) => {
    expect(refusal(toJwk(rsa.publicKey, { kid }))).toBe(
      `publicKey: the kid of this JWK must be a text, ${given}`,
    )
  })

  it('RS-71 refuses a JWK whose key_ops hold no verify', () => {
    expect(refusal(toJwk(rsa.publicKey, { key_ops: ['encrypt'] }))).toContain('publicKey: ')
    expect(load(toJwk(rsa.publicKey, { key_ops: ['verify'] })).trusted).toBe(true)
  })

  it.each(['none', 'RSA-OAEP', 'rs256', ''])('refuses a JWK for alg %j', (alg) => {
    expect(refusal(toJwk(rsa.publicKey, { alg }))).toContain('which is no signature algorithm')
  })

  it('names the alg it refuses', () => {
    expect(refusal(toJwk(rsa.publicKey, { alg: 'none' }))).toBe(
      'publicKey: this JWK is for "none", which is no signature algorithm',
    )
  })

  it.each<[unknown, string]>([
    [undefined, 'got undefined (a missing environment variable?)'],
    [null, 'got null'],
    ['', 'got an empty string (a missing environment variable?)'],
    [5, 'got 5'],
    [{}, 'got an object'],
    [{ kty: 5 }, 'got an object'],
    [Buffer.from('x'), 'got an object'],
    [() => 'x', 'got a function'],
  ])('refuses %p', (input, shown) => {
    expect(refusal(input)).toBe(`publicKey: expected a PEM text, a JWK or a KeyObject, ${shown}`)
  })

  it('refuses text that is no PEM, without repeating it', () => {
    const text = newSecret().toString('base64url')
    expect(refusal(text)).toBe('publicKey: this text is no public key in PEM (SPKI or X.509)')
    expect(refusal('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toBe(
      'publicKey: this text is no public key in PEM (SPKI or X.509)',
    )
    expect(refusal(pem.replaceAll('\n', '\\n'))).toBe(
      'publicKey: this text is no public key in PEM (SPKI or X.509); it holds the two characters \\n where line breaks belong',
    )
  })

  it('refuses a JWK that OpenSSL cannot read', () => {
    for (const jwk of [
      { kty: 'RSA' },
      { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' },
      { kty: 'EC', crv: 'P-999', x: 'AAAA', y: 'AAAA' },
      { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
      { kty: 'X' },
    ])
      expect(refusal(jwk)).toBe('publicKey: this JWK is no public key that OpenSSL can read')
  })
})

/** A self-signed certificate: by the openssl command where there is one, else written by hand. */
function certificateFor({ publicKey, privateKey }: KeyPair): string {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  try {
    return execFileSync(
      'openssl',
      ['req', '-x509', '-new', '-key', '/dev/stdin', '-subj', '/CN=test', '-days', '2'],
      { input: key, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
    )
  } catch {
    return writeCertificate(publicKey, privateKey)
  }
}

/** RFC 5280 §4.1, the least that makes a certificate. */
function writeCertificate(publicKey: KeyObject, privateKey: KeyObject): string {
  const der = (tag: number, ...parts: Uint8Array[]) => {
    const content = Buffer.concat(parts)
    const { length } = content
    const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
    return Buffer.concat([Buffer.from([tag, ...size]), content])
  }
  const text = (tag: number, value: string) => der(tag, Buffer.from(value))
  const sha256WithRsa = der(0x30, der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05))
  const commonName = der(0x30, der(0x06, Buffer.from('550403', 'hex')), text(0x0c, 'test'))
  const name = der(0x30, der(0x31, commonName))
  const validity = der(0x30, text(0x17, '250101000000Z'), text(0x17, '490101000000Z'))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(0x30, der(0x02, Buffer.from([1])), sha256WithRsa, name, validity, name, spki)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const certificate = der(0x30, body, sha256WithRsa, signature).toString('base64')
  const lines = certificate.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
