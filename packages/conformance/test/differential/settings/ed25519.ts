import { createSetting, type NamedSetting } from '../setting.ts'
import { newEd25519Key } from '../signing-key.ts'
import { jwkOf, pemOf, trusted } from './trusted-key.ts'

/** Ed25519, under both of its names. */
export const ed25519Settings: readonly NamedSetting[] = [
  {
    name: 'EdDSA or Ed25519, a KeyObject',
    share: 5,
    create() {
      const key = trusted(newEd25519Key(), ['EdDSA', 'Ed25519'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: key.verifying },
        josesKeys: [key.verifying],
      })
    },
  },
  {
    name: 'Ed25519 only, a JWK with kid',
    share: 5,
    create() {
      const key = trusted(newEd25519Key(), ['Ed25519'], 'k1')
      const jwk = jwkOf(key, { kid: 'k1', alg: 'Ed25519', key_ops: ['verify'] })
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: jwk },
        josesKeys: [{ ...jwk }],
      })
    },
  },
  {
    name: 'EdDSA only, PEM',
    share: 5,
    create() {
      const key = trusted(newEd25519Key(), ['EdDSA'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { publicKey: pemOf(key) },
        josesKeys: [key.verifying],
        algorithms: ['EdDSA'],
      })
    },
  },
]
