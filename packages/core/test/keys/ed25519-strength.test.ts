import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { weaknessOfEd25519Key } from '../../src/keys/ed25519-strength.ts'
import { importPublicKey } from '../../src/keys/import-public-key.ts'
import { importJwkSet } from '../../src/keys/jwk-set.ts'

/** The y coordinates of the points of small order, and the two that are beyond the field's prime. */
const positive = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]
/** The same with the sign of x set. */
const negative = positive.map(
  (hex) => hex.slice(0, 62) + (parseInt(hex.slice(62), 16) | 0x80).toString(16),
)
const weak = [...positive, ...negative]

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
