import { GuardError } from './errors.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { JsonObject } from './strict-json.ts'
import type { Profile } from './trusted-issuer.ts'

/** `typ` of the header, without `application/` (RFC 7515 §4.1.9), in lower case, and as nearly all tokens spell it. */
const ACCEPTED_TYPES: { readonly [profile in Profile]: ReadonlySet<string | undefined> } = {
  jwt: new Set([undefined, 'JWT', 'jwt', 'at+jwt']),
  rfc9068: new Set(['at+jwt']),
}

/** What providers call the tokens that are no access tokens, in the claims that name the kind. */
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
  const accepted = ACCEPTED_TYPES[profile]
  if (!accepted.has(typ) && !accepted.has(mediaType(typ))) {
    throw refused(
      `its typ is ${typ === undefined ? 'missing' : quoteForLog(typ)}; the profile ${profile} does not take that`,
    )
  }
  for (const claim of Object.keys(claims)) {
    switch (claim) {
      // Claims that only tokens of another kind have, whatever their `typ` says.
      case 'at_hash':
      case 'c_hash':
        throw refused(`it has ${claim}, so it is an ID token`)
      case 'events':
        throw refused('it has events, so it is a security event or logout token')
      case 'token_introspection':
        throw refused('it has token_introspection, so it is an introspection response')
      case 'status_list':
        throw refused('it has status_list, so it is a status list')
      case 'htu':
        throw refused('it has htu, so it is a DPoP proof')
      // Claims by which providers name the kind.
      case 'token_use':
      case 'token_type':
      case 'typ':
      case 'type':
        refuseOtherKinds(claim, claims[claim])
    }
  }
}

function refuseOtherKinds(claim: string, value: unknown): void {
  for (const kind of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (isOtherKind(kind)) throw refused(`its ${claim} is ${quoteForLog(kind)}`)
  }
}

/** RFC 7515 §4.1.9: without `application/`, where that is the beginning, and in any case. */
function mediaType(typ: string | undefined): string | undefined {
  const type = typ?.toLowerCase()
  return type?.startsWith('application/') ? type.slice('application/'.length) : type
}

/** Providers write `refresh_token`, `refreshToken`, `Refresh` … for one thing. */
function isOtherKind(kind: unknown): boolean {
  return typeof kind === 'string' && OTHER_KINDS.has(kind.toLowerCase().replace(/[\s_-]/g, ''))
}

function refused(problem: string): GuardError {
  return new GuardError('ERR_TOKEN_TYPE_REFUSED', `this is no access token: ${problem}`)
}
