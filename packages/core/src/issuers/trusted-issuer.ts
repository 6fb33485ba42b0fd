import type { ClaimMapping } from '../claim-mapping.ts'
import type { KeySource } from '../keys/key-source.ts'
import type { ExpectedValue } from '../options/options.ts'

/** Which kinds of token an issuer's are taken for: see `profile` in the options. */
export type Profile = 'jwt' | 'rfc9068' | 'id-token'

/** One issuer a guard trusts, and everything that is believed of its tokens only. */
export interface TrustedIssuer {
  /** The exact `iss`; null when the operator waived the check. */
  readonly issuer: string | null
  /** The audiences, one of which `aud` must name; null when the operator waived the check. */
  readonly audiences: readonly string[] | null
  readonly keys: KeySource
  readonly profile: Profile
  readonly requiredClaims: readonly string[]
  /** What certain claims must be, by name: one of these. */
  readonly expectedClaims: ReadonlyMap<string, readonly ExpectedValue[]>
  /** Seconds since `iat` after which a token is too old; Infinity for no such limit. */
  readonly maxTokenAge: number
  /** The tenant everything of this issuer belongs to; undefined where its tokens say it, or nobody does. */
  readonly tenant: string | undefined
  readonly mapping: ClaimMapping
}
