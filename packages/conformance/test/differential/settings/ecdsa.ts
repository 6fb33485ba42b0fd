import { createSetting, type NamedSetting } from '../setting.ts'
import { newEcKey } from '../signing-key.ts'
import { jwkOf, pemOf, trusted } from './trusted-key.ts'

/** Keys on the three curves of RFC 7518 §3.4. */
export const ecdsaSettings: readonly NamedSetting[] = [
  {
    name: 'ES256, PEM',
    share: 5,
    create() {
      const key = trusted(newEcKey('P-256'), ['ES256'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: pemOf(key) },
        josesKeys: [key.verifying],
        algorithms: ['ES256'],
      })
    },
  },
  {
    name: 'ES256, two keys, any algorithm that fits',
    share: 5,
    create() {
      const keys = [
        trusted(newEcKey('P-256'), ['ES256']),
        trusted(newEcKey('P-256'), ['ES256']),
      ] as const
      return createSetting({
        name: this.name,
        keys,
        given: { publicKey: keys.map(({ verifying }) => verifying) },
        josesKeys: keys.map(({ verifying }) => verifying),
      })
    },
  },
  {
    name: 'ES384, a KeyObject',
    share: 1,
    create() {
      const key = trusted(newEcKey('P-384'), ['ES384'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: key.verifying },
        josesKeys: [key.verifying],
      })
    },
  },
  {
    name: 'ES512, a JWK with kid',
    share: 0.5,
    create() {
      const key = trusted(newEcKey('P-521'), ['ES512'], 'k1')
      const jwk = jwkOf(key, { kid: 'k1' })
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: jwk },
        josesKeys: [{ ...jwk }],
      })
    },
  },
]
