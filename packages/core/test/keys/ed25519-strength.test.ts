import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { weaknessOfEd25519Key } from '../../src/keys/ed25519-strength.ts'
import { importPublicKey } from '../../src/keys/import-public-key.ts'
import { importJwkSet } from '../../src/keys/jwk-set.ts'

const weak = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `01${'00'.repeat(30)}80`,
]

function jwk(hex: string) {
  return { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') }
}

it('finds nothing in a sound key', () => {
  for (let round = 0; round < 20; round++) {
    expect(weaknessOfEd25519Key(generateKeyPairSync('ed25519').publicKey)).toBeUndefined()
  }
})

it.each(weak)('refuses the point of small order %s, for which anybody can sign', (hex) => {
  const key = createPublicKey({ key: jwk(hex), format: 'jwk' })
  expect(weaknessOfEd25519Key(key)).toContain('anybody can sign')
  expect(() => importPublicKey(jwk(hex), undefined, 'publicKey')).toThrow('anybody can sign')
  expect(() => importJwkSet({ keys: [jwk(hex)] })).toThrow('none of its 1 keys')
})
