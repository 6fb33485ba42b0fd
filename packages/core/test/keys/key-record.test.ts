import { constants, createSecretKey } from 'node:crypto'
import { type Algorithm, algorithmFacts, factsOf } from '../../src/algorithms.ts'
import { fitsFamily, verifyOptions } from '../../src/keys/key-record.ts'
import { newEcKeys, newEd25519Keys, newRsaKeys, newSecret, recordOf } from '../mint.ts'

const ec = newEcKeys().publicKey

describe('KeyRecord', () => {
  it('is trusted until somebody says otherwise', () => {
    expect(recordOf(ec, ['ES256'], 'k').trusted).toBe(true)
  })

  it('is the same as another of the same key, kid and algorithms', () => {
    const record = recordOf(ec, ['ES256'], 'k')
    expect(record.isSameAs(recordOf(ec, ['ES256'], 'k'))).toBe(true)
    expect(record.isSameAs(recordOf(ec, ['ES256'], 'l'))).toBe(false)
    expect(record.isSameAs(recordOf(ec, ['ES256']))).toBe(false)
    expect(record.isSameAs(recordOf(ec, ['ES384'], 'k'))).toBe(false)
    expect(record.isSameAs(recordOf(newEcKeys().publicKey, ['ES256'], 'k'))).toBe(false)
    expect(record.isSameAs(recordOf(newEd25519Keys().publicKey, ['ES256'], 'k'))).toBe(false)
    expect(record.isSameAs(recordOf(createSecretKey(newSecret()), ['ES256'], 'k'))).toBe(false)
  })
})

describe('verifyOptions', () => {
  it('asks for raw ECDSA signatures', () => {
    expect(verifyOptions(ec, factsOf('ES256'))).toEqual({ key: ec, dsaEncoding: 'ieee-p1363' })
  })

  it('asks for PSS with a salt as long as the digest', () => {
    expect(verifyOptions(ec, factsOf('PS256'))).toEqual({
      key: ec,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    })
  })

  it('gives the key alone otherwise', () => {
    expect(verifyOptions(ec, factsOf('RS256'))).toBe(ec)
    expect(verifyOptions(ec, factsOf('EdDSA'))).toBe(ec)
  })
})

it('RS-21 fitsFamily lets a key serve its own family and curve, and nothing else', () => {
  const rsa = newRsaKeys()
  const keys = {
    HS: createSecretKey(newSecret()),
    RSA: rsa.publicKey,
    ES256: ec,
    ES384: newEcKeys('P-384').publicKey,
    ES512: newEcKeys('P-521').publicKey,
    Ed: newEd25519Keys().publicKey,
    secp256k1: newEcKeys('secp256k1').publicKey,
  }
  const fitting = Object.entries(keys).map(([name, key]) => [
    name,
    ([...algorithmFacts.keys()] as Algorithm[]).filter((algorithm) => fitsFamily(algorithm, key)),
  ])
  expect(Object.fromEntries(fitting)).toEqual({
    HS: ['HS256', 'HS384', 'HS512'],
    RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ES256: ['ES256'],
    ES384: ['ES384'],
    ES512: ['ES512'],
    Ed: ['EdDSA', 'Ed25519'],
    secp256k1: [],
  })
})
