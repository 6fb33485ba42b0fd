import { isRecord } from '@gatewarden/core/kit'
import type { DecodedToken, JsonObject } from './decode-token.ts'
import { quote } from './quote.ts'

/** Which kind of token it is, and what shows that. */
export interface TokenKind {
  readonly id: TokenKindId
  readonly name: string
  /** What gave it away: `it has at_hash`. */
  readonly because: string | undefined
}

export type TokenKindId =
  | 'access-token'
  | 'client-assertion'
  | 'dpop-proof'
  | 'encrypted'
  | 'id-token'
  | 'introspection-response'
  | 'logout-token'
  | 'opaque'
  | 'refresh-token'
  | 'security-event'
  | 'service-account-token'
  | 'signed-token'
  | 'status-list'

/** Beginnings of tokens that are no JWTs, and whose they are. */
const OPAQUE_FORMS: readonly (readonly [RegExp, string])[] = [
  [/^gwr\./, 'a refresh token of a Gatewarden issuer'],
  [/^ya29\./, 'an access token of Google, for the APIs of Google'],
  [/^1\/\//, 'a refresh token of Google'],
  [/^v1\.M/, 'a refresh token of Auth0'],
  [/^gh[opsur]_|^github_pat_/, 'a token of GitHub'],
  [/^glpat-/, 'a token of GitLab'],
  [/^xox[abposr]-/, 'a token of Slack'],
]

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Tells the kind by what it says of itself, and otherwise by what only one kind has. */
export function kindOfToken({ token, segments, header, claims }: DecodedToken): TokenKind {
  const form = OPAQUE_FORMS.find(([pattern]) => pattern.test(token))
  if (form !== undefined) {
    const id = form[1].includes('refresh') ? 'refresh-token' : 'opaque'
    return { id, name: form[1], because: `it begins with ${token.slice(0, 4)}` }
  }
  if (segments.length === 5 && header !== undefined)
    return { id: 'encrypted', name: 'encrypted token (JWE)', because: 'it has five segments' }
  if (claims === undefined)
    return { id: 'opaque', name: 'no JSON Web Token, as far as it can be read', because: undefined }
  return (
    kindByType(header?.typ) ??
    kindByNamingClaims(claims) ??
    kindByContent(claims) ?? { id: 'signed-token', name: 'signed token', because: undefined }
  )
}

function kindByType(typ: unknown): TokenKind | undefined {
  if (typeof typ !== 'string') return undefined
  const because = `its typ is ${quote(typ.slice(0, 40))}`
  switch (typ.toLowerCase().replace(/^application\//, '')) {
    case 'at+jwt':
      return { id: 'access-token', name: 'access token (RFC 9068)', because }
    case 'logout+jwt':
      return { id: 'logout-token', name: 'logout token', because }
    case 'secevent+jwt':
      return { id: 'security-event', name: 'security event token', because }
    case 'dpop+jwt':
      return { id: 'dpop-proof', name: 'DPoP proof', because }
    case 'token-introspection+jwt':
      return { id: 'introspection-response', name: 'introspection response', because }
    case 'statuslist+jwt':
      return { id: 'status-list', name: 'status list', because }
    case 'client-authentication+jwt':
      return { id: 'client-assertion', name: 'client assertion', because }
    default:
      return undefined
  }
}

function kindByNamingClaims(claims: JsonObject): TokenKind | undefined {
  for (const claim of ['token_use', 'token_type', 'typ', 'type']) {
    const value = claims[claim]
    if (typeof value !== 'string') continue
    const because = `its ${claim} is ${quote(value.slice(0, 40))}`
    const kind = value.toLowerCase().replace(/[\s_-]|token/g, '')
    if (kind === 'id') return { id: 'id-token', name: 'ID token', because }
    if (kind === 'refresh' || kind === 'offline')
      return { id: 'refresh-token', name: 'refresh token', because }
    if (kind === 'logout') return { id: 'logout-token', name: 'logout token', because }
    if (kind === 'access' || kind === 'bearer')
      return { id: 'access-token', name: 'access token', because }
  }
  return undefined
}

function kindByContent(claims: JsonObject): TokenKind | undefined {
  const has = (...names: string[]) => names.find((name) => Object.hasOwn(claims, name))
  if (isRecord(claims.events)) {
    const isLogout = Object.hasOwn(claims.events, LOGOUT_EVENT)
    return isLogout
      ? { id: 'logout-token', name: 'logout token', because: 'its events say logout' }
      : { id: 'security-event', name: 'security event token', because: 'it has events' }
  }
  if (has('htu') !== undefined)
    return { id: 'dpop-proof', name: 'DPoP proof', because: 'it has htu' }
  if (has('status_list') !== undefined)
    return { id: 'status-list', name: 'status list', because: 'it has status_list' }
  if (has('token_introspection') !== undefined) {
    const because = 'it has token_introspection'
    return { id: 'introspection-response', name: 'introspection response', because }
  }
  if (has('kubernetes.io') !== undefined) {
    const because = 'it has kubernetes.io'
    return { id: 'service-account-token', name: 'service account token of Kubernetes', because }
  }
  const hash = has('at_hash', 'c_hash', 's_hash')
  if (hash !== undefined) return { id: 'id-token', name: 'ID token', because: `it has ${hash}` }
  const grant = has('scope', 'scp', 'permissions', 'gty', 'cid')
  // Only the login that asked knows the nonce, so it is of no use in an access token.
  if (has('nonce') !== undefined && grant === undefined)
    return { id: 'id-token', name: 'ID token', because: 'it has a nonce and no scope' }
  if (typeof claims.azp === 'string' && claims.aud === claims.azp && grant === undefined) {
    const because = 'its aud is the client it was issued to'
    return { id: 'id-token', name: 'ID token', because }
  }
  if (claims.iss !== undefined && claims.iss === claims.sub && grant === undefined) {
    const because = 'its iss and its sub are the same client'
    return { id: 'client-assertion', name: 'client assertion', because }
  }
  return grant === undefined
    ? undefined
    : { id: 'access-token', name: 'access token', because: `it has ${grant}` }
}
