import { createPublicKey } from 'node:crypto'
import { weaknessOfKey } from '../../src/keys/key-strength.ts'
import { newEcKeys, newEd25519Keys, newRsaKeys } from '../mint.ts'
import { rsaJwk } from './rsa-jwk.ts'

const load = (jwk: Record<string, unknown>) => createPublicKey({ key: jwk, format: 'jwk' })

describe('weaknessOfKey', () => {
  it('finds nothing in sound keys', () => {
    for (const { publicKey } of [newRsaKeys(), newEcKeys(), newEd25519Keys()])
      expect(weaknessOfKey(publicKey)).toBeUndefined()
  })

  it('RS-27 judges an RSA key as one', () => {
    expect(weaknessOfKey(load(rsaJwk(2n ** 2048n - 1942289n, 1n)))).toBe('its public exponent is 1')
  })

  it('judges an Ed25519 key as one', () => {
    const x = Buffer.alloc(32).toString('base64url')
    expect(weaknessOfKey(load({ kty: 'OKP', crv: 'Ed25519', x }))).toBe(
      'it is a point of small order, for which anybody can sign',
    )
  })
})
