import type { AsymmetricAlgorithm } from '../../src/algorithms.ts'
import { importJwkSet } from '../../src/keys/jwk-set.ts'
import { type KeyPair, newEcKeys, newEd25519Keys, newRsaKeys, thrownBy, toJwk } from '../mint.ts'
import { rocaModulus, rsaJwk } from './rsa-jwk.ts'

const ec = newEcKeys()
const good = toJwk(ec.publicKey, { kid: 'good' })
let rsa: KeyPair
beforeAll(() => {
  rsa = newRsaKeys()
})

const kidsOf = (keys: unknown[], allowed?: readonly AsymmetricAlgorithm[]) =>
  importJwkSet({ keys }, allowed).map(({ kid }) => kid)

describe('importJwkSet', () => {
  it('loads every key that can verify, bound to its kid and algorithm', () => {
    const records = importJwkSet({
      keys: [
        toJwk(rsa.publicKey, { kid: 'r', use: 'sig', alg: 'PS256' }),
        toJwk(rsa.publicKey, { kid: 'r2' }),
        toJwk(ec.publicKey, { kid: 'e', key_ops: ['verify'] }),
        toJwk(newEd25519Keys().publicKey, { kid: 'o' }),
        toJwk(newEcKeys('P-521').publicKey),
      ],
    })
    expect(
      records.map(({ kid, algorithms, servesAnyKid, trusted }) => ({
        kid,
        algorithms,
        servesAnyKid,
        trusted,
      })),
    ).toEqual([
      { kid: 'r', algorithms: ['PS256'], servesAnyKid: false, trusted: true },
      { kid: 'r2', algorithms: ['RS256'], servesAnyKid: false, trusted: true },
      { kid: 'e', algorithms: ['ES256'], servesAnyKid: false, trusted: true },
      { kid: 'o', algorithms: ['EdDSA', 'Ed25519'], servesAnyKid: false, trusted: true },
      { kid: undefined, algorithms: ['ES512'], servesAnyKid: false, trusted: true },
    ])
  })

  it('takes members it does not know', () => {
    expect(kidsOf([{ ...good, x5c: ['x'], x5t: 'y', iat: 5 }])).toEqual(['good'])
  })

  it.each<[string, () => unknown]>([
    ['a shared secret', () => ({ kty: 'oct', k: 'AAAA', kid: 'x' })],
    ['a private EC key', () => toJwk(ec.privateKey, { kid: 'x' })],
    ['a private RSA key', () => toJwk(rsa.privateKey, { kid: 'x' })],
    ['a public key with k', () => ({ ...good, k: 'AAAA' })],
    ['an encryption key', () => ({ ...good, use: 'enc' })],
    ['a key of an unknown use', () => ({ ...good, use: 'x' })],
    ['a key whose use is null', () => ({ ...good, use: null })],
    ['a key for other operations', () => ({ ...good, key_ops: ['encrypt'] })],
    ['a key whose operations are a text', () => ({ ...good, key_ops: 'verify' })],
    ['a key of an unknown type', () => ({ ...good, kty: 'X' })],
    ['a key without a type', () => ({ ...good, kty: undefined })],
    ['a kid of another type', () => ({ ...good, kid: ['good'] })],
    ['an alg of another type', () => ({ ...good, alg: ['ES256'] })],
    ['an encryption algorithm', () => ({ ...good, alg: 'ECDH-ES' })],
    ['HS256 on a public key (key confusion)', () => ({ ...good, alg: 'HS256' })],
    ['none', () => ({ ...good, alg: 'none' })],
    ['an algorithm of another type of key', () => ({ ...good, alg: 'RS256' })],
    ['an algorithm of another curve', () => ({ ...good, alg: 'ES384' })],
    ['an unknown curve', () => ({ ...good, crv: 'P-999' })],
    ['a point off the curve', () => ({ ...good, x: good.y })],
    ['a curve for key agreement', () => ({ kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) })],
    ['RSA of 1024 bits', () => toJwk(newRsaKeys(1024).publicKey)],
    ['RSA with e = 1', () => rsaJwk(2n ** 2048n - 1942289n, 1n)],
    ['a ROCA modulus', () => rsaJwk(rocaModulus())],
    ['RSA without a modulus', () => ({ kty: 'RSA', e: 'AQAB' })],
    ['null', () => null],
    ['a text', () => 'good'],
    ['a list', () => [good]],
    ['an empty object', () => ({})],
  ])('RS-23 RS-71 skips %s and keeps the good key beside it', (_, bad) => {
    expect(kidsOf([bad(), good])).toEqual(['good'])
    expect(kidsOf([good, bad()])).toEqual(['good'])
    expect(thrownBy(() => importJwkSet({ keys: [bad()] })).message).toContain(
      'none of its 1 keys can verify',
    )
  })

  it('skips what the list of algorithms leaves out', () => {
    expect(kidsOf([toJwk(rsa.publicKey, { kid: 'r' }), good], ['ES256'])).toEqual(['good'])
    expect(thrownBy(() => importJwkSet({ keys: [good] }, ['RS256', 'EdDSA'])).message).toBe(
      'none of its 1 keys can verify RS256, EdDSA',
    )
  })

  it('gives an RSA key that names none the first algorithm of the list', () => {
    const jwk = toJwk(rsa.publicKey, { kid: 'r' })
    expect(importJwkSet({ keys: [jwk] }, ['PS256', 'RS256'])[0]?.algorithms).toEqual(['PS256'])
  })

  it('keeps two keys of one kid (duplicate kid)', () => {
    const twin = toJwk(newEcKeys().publicKey, { kid: 'good' })
    expect(kidsOf([good, twin])).toEqual(['good', 'good'])
  })

  it('reads 100 keys and refuses 101', () => {
    expect(kidsOf(Array.from({ length: 100 }, () => good))).toHaveLength(100)
    const error = thrownBy(() => importJwkSet({ keys: Array.from({ length: 101 }, () => good) }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe('it has 101 keys; at most 100 are read')
  })

  it.each([undefined, null, [], [good], 'x', 5, {}, { keys: {} }, { keys: 'x' }, { Keys: [good] }])(
    'refuses %j, which is no key set',
    (set) => {
      expect(thrownBy(() => importJwkSet(set)).message).toBe(
        'it is no JWK Set: it has no "keys" list',
      )
    },
  )

  it('refuses an empty set', () => {
    expect(thrownBy(() => importJwkSet({ keys: [] }, ['ES256'])).message).toBe(
      'none of its 0 keys can verify ES256',
    )
  })
})
