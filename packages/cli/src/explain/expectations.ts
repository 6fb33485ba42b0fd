import type { Algorithm, Jwk, JwkSet, Profile } from '@gatewarden/core'

/** What the server is said to expect. */
export interface Expectations {
  /** Undefined where it was not given: then it is not checked. */
  readonly issuer: string | undefined
  /** Empty where none was given: then it is not checked. */
  readonly audiences: readonly string[]
  readonly keys: GivenKeys
  /** Undefined for what a guard takes by itself. */
  readonly algorithm: Algorithm | undefined
  readonly profile: Profile
  /** Seconds. */
  readonly clockTolerance: number
  readonly allowInsecureHttp: boolean
  /** Every one of these must be there. */
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** Where the keys come from. `file` is what it was called on the command line. */
export type GivenKeys =
  | { readonly kind: 'none' }
  | { readonly kind: 'discovery' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'set'; readonly jwks: JwkSet; readonly file: string }
  | { readonly kind: 'public'; readonly key: string | Jwk; readonly file: string }
  | {
      readonly kind: 'secret'
      /** Without the one line break at the end that an editor or `echo` put there. */
      readonly bytes: Buffer
      /** That line break; empty where there is none. */
      readonly lineBreak: string
      readonly file: string
    }

/** True when there is a way to the keys, so that a guard can be asked. */
export function canBeJudged({ keys }: Expectations): boolean {
  return keys.kind !== 'none'
}
