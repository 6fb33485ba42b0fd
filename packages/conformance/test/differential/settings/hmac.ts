import { createSecretKey, randomBytes } from 'node:crypto'
import { createSetting, type NamedSetting } from '../setting.ts'
import { newSecret } from '../signing-key.ts'
import { jwkOf, trusted } from './trusted-key.ts'

/** Shared secrets, in every form they are given in. */
export const hmacSettings: readonly NamedSetting[] = [
  {
    name: 'HS256, a text',
    share: 10,
    create() {
      const text = randomBytes(48).toString('base64url')
      const secret = createSecretKey(Buffer.from(text))
      const key = trusted({ signing: secret, verifying: secret }, ['HS256'])
      const josesKeys = [new TextEncoder().encode(text)]
      return createSetting({ name: this.name, keys: [key], given: { secret: text }, josesKeys })
    },
  },
  {
    name: 'HS384, bytes',
    share: 10,
    create() {
      const key = trusted(newSecret(), ['HS384'])
      const bytes = key.verifying.export()
      return createSetting({
        name: this.name,
        keys: [key],
        given: { secret: bytes },
        josesKeys: [new Uint8Array(bytes)],
        algorithms: ['HS384'],
      })
    },
  },
  {
    name: 'HS512, a KeyObject',
    share: 10,
    create() {
      const key = trusted(newSecret(), ['HS512'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { secret: key.verifying },
        josesKeys: [key.verifying],
        algorithms: ['HS512'],
      })
    },
  },
  {
    name: 'HS256, a JWK with kid',
    share: 10,
    create() {
      const key = trusted(newSecret(), ['HS256'], 'k1')
      const jwk = jwkOf(key, { kid: 'k1', alg: 'HS256' })
      return createSetting({
        name: this.name,
        keys: [key],
        given: { secret: jwk },
        josesKeys: [{ ...jwk }],
      })
    },
  },
  {
    name: 'HS256, the current secret and the previous one',
    share: 10,
    create() {
      const keys = [trusted(newSecret(), ['HS256']), trusted(newSecret(), ['HS256'])] as const
      return createSetting({
        name: this.name,
        keys,
        given: { secret: keys.map(({ verifying }) => verifying) },
        josesKeys: keys.map(({ verifying }) => verifying),
      })
    },
  },
]
