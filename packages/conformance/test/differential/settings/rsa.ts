import type { Algorithm } from '@gatewarden/core'
import { createSetting, type NamedSetting } from '../setting.ts'
import { rsaKey } from '../signing-key.ts'
import { jwkOf, pemOf, trusted } from './trusted-key.ts'

/** RSA keys, in every form and length. */
export const rsaSettings: readonly NamedSetting[] = [
  asPem('RS256', 2048),
  asKeyObject('RS384', 3072),
  asJwk('RS512', 4096),
  asKeyObject('PS256', 2048),
  asJwk('PS384', 3072),
  asPem('PS512', 4096),
  // A modulus that does not fill its first byte.
  asKeyObject('PS256', 2052),
  {
    name: 'RS256, a key that names no algorithm',
    share: shareOf(2048),
    create() {
      const key = trusted(rsaKey(2048), ['RS256'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: key.verifying },
        josesKeys: [key.verifying],
      })
    },
  },
]

function shareOf(bits: number): number {
  return bits > 4000 ? 0.5 : bits > 3000 ? 1 : 3
}

function asPem(algorithm: Algorithm, bits: number): NamedSetting {
  return {
    name: `${algorithm}, ${bits} bits in PEM`,
    share: shareOf(bits),
    create() {
      const key = trusted(rsaKey(bits), [algorithm])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: pemOf(key) },
        josesKeys: [key.verifying],
        algorithms: [algorithm],
      })
    },
  }
}

function asKeyObject(algorithm: Algorithm, bits: number): NamedSetting {
  return {
    name: `${algorithm}, ${bits} bits as KeyObject`,
    share: shareOf(bits),
    create() {
      const key = trusted(rsaKey(bits), [algorithm])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: key.verifying },
        josesKeys: [key.verifying],
        algorithms: [algorithm],
      })
    },
  }
}

function asJwk(algorithm: Algorithm, bits: number): NamedSetting {
  return {
    name: `${algorithm}, ${bits} bits as JWK`,
    share: shareOf(bits),
    create() {
      const key = trusted(rsaKey(bits), [algorithm], 'k1')
      const jwk = jwkOf(key, { kid: 'k1', alg: algorithm, use: 'sig' })
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: jwk },
        josesKeys: [{ ...jwk }],
      })
    },
  }
}
