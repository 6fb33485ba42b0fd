import { GuardError } from './errors.ts'
import { own } from './own.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { JsonObject } from './strict-json.ts'
import type { Profile } from './trusted-issuer.ts'

/** `typ` of the header, without `application/` (RFC 7515 §4.1.9), in lower case. */
const ACCEPTED_TYPES: { readonly [profile in Profile]: ReadonlySet<string | undefined> } = {
  jwt: new Set([undefined, 'jwt', 'at+jwt']),
  rfc9068: new Set(['at+jwt']),
}

/** Claims that only tokens of another kind have, whatever their `typ` says. */
const TELLTALE_CLAIMS: readonly (readonly [claim: string, kind: string])[] = [
  ['at_hash', 'an ID token'],
  ['c_hash', 'an ID token'],
  ['events', 'a security event or logout token'],
  ['token_introspection', 'an introspection response'],
  ['status_list', 'a status list'],
  ['htu', 'a DPoP proof'],
]

/** Claims by which providers name the kind of a token, and the kinds that are no access token. */
const KIND_CLAIMS = ['token_use', 'token_type', 'typ', 'type']
const OTHER_KINDS = new Set([
  'id',
  'idtoken',
  'refresh',
  'refreshtoken',
  'offline',
  'logout',
  'logouttoken',
])

/**
 * Refuses every signed token that is not an access token: an ID token, a refresh token, a logout token, a DPoP proof
 * … may come from the same issuer under the same key (RFC 8725 §3.12).
 *
 * @throws GuardError `ERR_TOKEN_TYPE_REFUSED`
 */
export function refuseOtherTokenKinds(
  claims: JsonObject,
  { typ }: JoseHeader,
  profile: Profile,
): void {
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (!ACCEPTED_TYPES[profile].has(type)) {
    throw refused(
      `its typ is ${typ === undefined ? 'missing' : quoteForLog(typ)}; the profile ${profile} does not take that`,
    )
  }
  for (const [claim, kind] of TELLTALE_CLAIMS) {
    if (Object.hasOwn(claims, claim)) throw refused(`it has ${claim}, so it is ${kind}`)
  }
  for (const claim of KIND_CLAIMS) {
    const value = own(claims, claim)
    for (const kind of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isOtherKind(kind)) throw refused(`its ${claim} is ${quoteForLog(kind)}`)
    }
  }
}

/** Providers write `refresh_token`, `refreshToken`, `Refresh` … for one thing. */
function isOtherKind(kind: unknown): boolean {
  return typeof kind === 'string' && OTHER_KINDS.has(kind.toLowerCase().replace(/[\s_-]/g, ''))
}

function refused(problem: string): GuardError {
  return new GuardError('ERR_TOKEN_TYPE_REFUSED', `this is no access token: ${problem}`)
}
