import { GuardError } from './errors.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { JsonObject } from './strict-json.ts'
import type { Profile } from './issuers/trusted-issuer.ts'

/** `typ` of the header, without `application/` (RFC 7515 §4.1.9), in lower case, and as nearly all tokens spell it. */
const ACCEPTED_TYPES: { readonly [profile in Profile]: ReadonlySet<string | undefined> } = {
  jwt: new Set([undefined, 'JWT', 'jwt', 'at+jwt']),
  rfc9068: new Set(['at+jwt']),
  'id-token': new Set([undefined, 'JWT', 'jwt']),
}

/** What providers call the tokens that are none of a profile, in the claims that name the kind. */
const NEITHER = ['refresh', 'refreshtoken', 'offline', 'logout', 'logouttoken']
const NO_ACCESS_TOKENS = new Set([...NEITHER, 'id', 'idtoken'])
const NO_ID_TOKENS = new Set([...NEITHER, 'access', 'accesstoken', 'bearer'])
const OTHER_KINDS: { readonly [profile in Profile]: ReadonlySet<string> } = {
  jwt: NO_ACCESS_TOKENS,
  rfc9068: NO_ACCESS_TOKENS,
  'id-token': NO_ID_TOKENS,
}

/**
 * Refuses every signed token that is not of the profile's kind, most often an access token: an ID token, a refresh token, a logout token, a DPoP proof
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
        if (profile === 'id-token') break
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
        refuseOtherKinds(claim, claims[claim], profile)
    }
  }
}

function refuseOtherKinds(claim: string, value: unknown, profile: Profile): void {
  for (const kind of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (isOtherKind(kind, profile)) throw refused(`its ${claim} is ${quoteForLog(kind)}`)
  }
}

/** RFC 7515 §4.1.9: without `application/`, where that is the beginning, and in any case. */
function mediaType(typ: string | undefined): string | undefined {
  const type = typ?.toLowerCase()
  return type?.startsWith('application/') ? type.slice('application/'.length) : type
}

/** Providers write `refresh_token`, `refreshToken`, `Refresh` … for one thing. */
function isOtherKind(kind: unknown, profile: Profile): boolean {
  return (
    typeof kind === 'string' && OTHER_KINDS[profile].has(kind.toLowerCase().replace(/[\s_-]/g, ''))
  )
}

function refused(problem: string): GuardError {
  return new GuardError(
    'ERR_TOKEN_TYPE_REFUSED',
    `this is not the kind of token that is taken: ${problem}`,
  )
}
