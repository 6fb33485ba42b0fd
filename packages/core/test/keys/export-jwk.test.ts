import type { AsymmetricAlgorithm } from '../../src/algorithms.ts'
import { exportJwk } from '../../src/keys/export-jwk.ts'
import { importJwkSet } from '../../src/keys/jwk-set.ts'
import { type KeyPair, newEcKeys, newEd25519Keys, newRsaKeys, recordOf, toJwk } from '../mint.ts'

describe('exportJwk', () => {
  const ec = newEcKeys()
  const ed = newEd25519Keys()
  let rsa: KeyPair
  beforeAll(() => {
    rsa = newRsaKeys()
  })

  it('says what the key is, what it is called and what it may verify', () => {
    expect(exportJwk(recordOf(ec.publicKey, ['ES256'], 'k'))).toEqual(
      toJwk(ec.publicKey, { kid: 'k', alg: 'ES256', use: 'sig' }),
    )
    expect(exportJwk(recordOf(rsa.publicKey, ['PS384'], 'r'))).toEqual(
      toJwk(rsa.publicKey, { kid: 'r', alg: 'PS384', use: 'sig' }),
    )
  })

  it('has no kid where the key has none', () => {
    expect(exportJwk(recordOf(ec.publicKey, ['ES256']))).not.toHaveProperty('kid')
  })

  it('has no alg where the key has several, or none', () => {
    expect(exportJwk(recordOf(ed.publicKey, ['EdDSA', 'Ed25519'], 'k'))).not.toHaveProperty('alg')
    expect(exportJwk(recordOf(ed.publicKey, [], 'k'))).not.toHaveProperty('alg')
  })

  it('RS-23 holds nothing private', () => {
    const exported = [
      exportJwk(recordOf(ec.publicKey, ['ES256'])),
      exportJwk(recordOf(rsa.publicKey, ['RS256'])),
      exportJwk(recordOf(ed.publicKey, ['EdDSA'])),
    ]
    const members = new Set(exported.flatMap((jwk) => Object.keys(jwk)))
    expect([...members].sort()).toEqual(['alg', 'crv', 'e', 'kty', 'n', 'use', 'x', 'y'])
  })

  it.each<[string, () => KeyPair, readonly AsymmetricAlgorithm[] | undefined, object]>([
    ['EC', () => ec, undefined, { kid: 'k' }],
    ['EC without kid', () => ec, undefined, {}],
    ['RSA without alg', () => rsa, undefined, { kid: 'k' }],
    ['RSA with alg', () => rsa, undefined, { kid: 'k', alg: 'PS512' }],
    ['RSA where PS256 is allowed', () => rsa, ['PS256'], { kid: 'k' }],
    ['Ed25519 without alg', () => ed, undefined, { kid: 'k' }],
    ['Ed25519 that says EdDSA', () => ed, undefined, { kid: 'k', alg: 'EdDSA' }],
  ])('comes back as the same key: %s', (_, keys, allowed, members) => {
    const [record] = importJwkSet({ keys: [toJwk(keys().publicKey, { ...members })] }, allowed)
    const text = JSON.stringify({ keys: [exportJwk(record!)] })
    const [again] = importJwkSet(JSON.parse(text), allowed)
    expect(again?.isSameAs(record!)).toBe(true)
    expect(again?.servesAnyKid).toBe(false)
  })
})
