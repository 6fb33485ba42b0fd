import { type Algorithm, createGuard, type Guard, type GuardOptions } from '@gatewarden/core'
import { josesOptions, type JoseKey, josesVerifier, type VerifyWithJose } from './oracle.ts'
import { type KeyHalves, strangerTo } from './signing-key.ts'

/** The moment at which everything takes place, in seconds. */
export const NOW = 1_800_000_000
export const ISSUER = 'https://issuer.test'
export const AUDIENCE = 'https://api.test'

/** A key that both sides trust. */
export interface TrustedKey extends KeyHalves {
  readonly kid?: string
  /** What it may verify, as docs/keys.md says. Genuine tokens are signed with the first. */
  readonly algorithms: readonly [Algorithm, ...Algorithm[]]
  /** Given without a `kid`, and not in a set: tokens may name any. */
  readonly servesAnyKid: boolean
  /** What tokens by it say, where it is not the key of {@link ISSUER}. */
  readonly claims?: { readonly iss: string; readonly aud: string }
}

/** What both sides are told to expect. */
export interface Expected {
  readonly issuer: string | null
  readonly audience: string | readonly string[] | null
  readonly clockTolerance: number
  readonly maxTokenSize: number
  readonly maxTokenAge: number | undefined
  readonly requiredClaims: readonly string[]
  readonly profile: 'jwt' | 'rfc9068'
}

/** One configuration, told to the guard and to jose alike. */
export interface Setting {
  readonly name: string
  readonly keys: readonly [TrustedKey, ...TrustedKey[]]
  readonly stranger: KeyHalves
  readonly expected: Expected
  readonly guard: Guard
  readonly verifyWithJose: VerifyWithJose
}

/** A setting that is made when it is needed: keys take time. */
export interface NamedSetting {
  readonly name: string
  /** How many of all tokens it gets, beside the others: signatures that take their time get fewer. */
  readonly share: number
  readonly create: () => Setting
}

export interface SettingInput {
  readonly name: string
  readonly keys: Setting['keys']
  /** The key option of the guard: `{ secret }`, `{ publicKey }`, `{ jwks }`. */
  readonly given: object
  /** The same keys for jose. Of several, any may verify. */
  readonly josesKeys: readonly JoseKey[]
  readonly algorithms?: readonly Algorithm[]
  readonly expected?: Partial<Expected>
}

const USUAL: Expected = {
  issuer: ISSUER,
  audience: AUDIENCE,
  clockTolerance: 30,
  maxTokenSize: 16_384,
  maxTokenAge: undefined,
  requiredClaims: [],
  profile: 'jwt',
}

export function createSetting(input: SettingInput): Setting {
  const { name, keys, given, josesKeys, algorithms } = input
  const expected = { ...USUAL, ...input.expected }
  const { maxTokenAge, ...rest } = expected
  // The options are a union by key option; here they are put together at run time.
  const options = {
    ...rest,
    ...(maxTokenAge !== undefined && { maxTokenAge }),
    ...(algorithms !== undefined && { algorithms }),
    ...given,
    clock: () => NOW,
  } as unknown as GuardOptions
  return {
    name,
    keys,
    stranger: strangerTo(keys[0]),
    expected,
    guard: createGuard(options),
    verifyWithJose: josesVerifier(josesKeys, josesOptions(expected, algorithms, NOW)),
  }
}
