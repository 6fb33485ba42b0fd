import type { ClaimMapping } from './claim-mapping.ts'
import { GuardError } from './errors.ts'
import { describeOtherIssuer, differsByOneSlash } from './keys/discovery.ts'
import type { KeySource } from './keys/key-source.ts'
import { own } from './own.ts'
import type { JsonObject } from './strict-json.ts'

/** Which kinds of token an issuer's are taken for: see `profile` in the options. */
export type Profile = 'jwt' | 'rfc9068'

/** One issuer a guard trusts, and everything that is believed of its tokens only. */
export interface TrustedIssuer {
  /** The exact `iss`; null when the operator waived the check. */
  readonly issuer: string | null
  /** The audiences, one of which `aud` must name; null when the operator waived the check. */
  readonly audiences: readonly string[] | null
  readonly keys: KeySource
  readonly profile: Profile
  readonly requiredClaims: readonly string[]
  /** Seconds since `iat` after which a token is too old; Infinity for no such limit. */
  readonly maxTokenAge: number
  readonly mapping: ClaimMapping
}

/** Finds the issuer a token claims to be from among those that are trusted. Its keys, and no others, will be tried. */
export type FindIssuer = (unverifiedClaims: JsonObject) => TrustedIssuer

/**
 * @throws GuardError (from the returned function) `ERR_ISSUER_UNTRUSTED`
 */
export function createFindIssuer(issuers: readonly TrustedIssuer[]): FindIssuer {
  const waived = issuers.find(({ issuer }) => issuer === null)
  if (waived !== undefined) return () => waived

  // A Map compares exactly (RFC 7519 §4.1.1, RFC 9068 §4): no prefix, no other case, no trailing slash.
  const first = issuers[0]!
  const trusted = new Map(issuers.map((issuer) => [issuer.issuer as unknown, issuer]))
  return (unverifiedClaims) => {
    const iss = own(unverifiedClaims, 'iss')
    const issuer = iss === first.issuer ? first : trusted.get(iss)
    if (issuer !== undefined) return issuer
    throw new GuardError('ERR_ISSUER_UNTRUSTED', describeUntrusted(iss, issuers))
  }
}

function describeUntrusted(iss: unknown, issuers: readonly TrustedIssuer[]): string {
  if (iss === undefined) return 'the token has no iss'
  const alike = issuers.find(({ issuer }) => differsByOneSlash(issuer, iss))
  if (issuers.length > 1 && alike === undefined)
    return `${describeOtherIssuer('', iss)}; none of the ${issuers.length} trusted issuers does`
  const configured = (alike ?? issuers[0])?.issuer ?? ''
  return `the token is not from the trusted issuer '${configured}': ${describeOtherIssuer(configured, iss)}`
}
