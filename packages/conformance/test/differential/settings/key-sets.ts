import type { Jwk } from '@gatewarden/core'
import { createLocalJWKSet } from 'jose'
import { createSetting, type NamedSetting, type Setting, type TrustedKey } from '../setting.ts'
import { newEcKey, newEd25519Key, newSecret, rsaKey } from '../signing-key.ts'
import { jwkOf, memberOfSet } from './trusted-key.ts'

/** Key sets as providers publish them: many keys, one key, keys without a name, two of one name. */
export const keySetSettings: readonly NamedSetting[] = [
  {
    name: 'a key set of every kind',
    share: 4,
    create() {
      const keys = [
        memberOfSet(newEcKey('P-256'), ['ES256'], 'k1'),
        memberOfSet(newEcKey('P-256'), ['ES256'], 'k2'),
        memberOfSet(newEd25519Key(), ['EdDSA', 'Ed25519'], 'k3'),
        memberOfSet(rsaKey(2048), ['RS256'], 'k4'),
        memberOfSet(rsaKey(2048, 'second'), ['PS256'], 'k5'),
        memberOfSet(newEcKey('P-384'), ['ES384'], 'k6'),
      ] as const
      return ofSet(this.name, keys, [
        { ...member(keys[4]), alg: 'PS256' },
        ...keys.filter((key) => key !== keys[4]).map(member),
        { ...member(keys[0]), kid: 'k7', use: 'enc' },
        { ...jwkOf(newSecret()), kid: 'k1' },
        { ...jwkOf(newEd25519Key()), kid: 'k8', crv: 'X25519' },
      ])
    },
  },
  {
    name: 'a key set of one key without kid',
    share: 4,
    create() {
      const key = memberOfSet(newEcKey('P-256'), ['ES256'])
      return ofSet(this.name, [key], [member(key)])
    },
  },
  {
    name: 'a key set with two keys of one kid',
    share: 4,
    create() {
      const keys = [
        memberOfSet(newEcKey('P-256'), ['ES256'], 'k1'),
        memberOfSet(newEcKey('P-256'), ['ES256'], 'k1'),
      ] as const
      return ofSet(this.name, keys, keys.map(member))
    },
  },
  {
    name: 'a key set with keys of one kid and two kinds',
    share: 4,
    create() {
      const keys = [
        memberOfSet(newEcKey('P-256'), ['ES256'], 'k1'),
        memberOfSet(newEd25519Key(), ['EdDSA'], 'k1'),
      ] as const
      return ofSet(this.name, keys, [member(keys[0]), { ...member(keys[1]), alg: 'EdDSA' }])
    },
  },
]

function member(key: TrustedKey): Jwk {
  return jwkOf(key, { use: 'sig', ...(key.kid !== undefined && { kid: key.kid }) })
}

function ofSet(name: string, keys: Setting['keys'], jwks: readonly Jwk[]): Setting {
  const josesKeys = [createLocalJWKSet({ keys: [...jwks] })]
  return createSetting({ name, keys, given: { jwks: { keys: jwks } }, josesKeys })
}
