import { GuardError } from './errors.ts'

/** What a guard says of itself in its answers. */
export interface ChallengeSettings {
  /** The `realm` of the challenge. RFC 6750 §3 wants at least one parameter, so there always is one. */
  readonly realm: string
  /** The URL of the protected resource metadata, RFC 9728 §5.1. */
  readonly resourceMetadata: string | undefined
}

/** RFC 6750 §3 and RFC 9110 §5.6.4: what a quoted string may hold without escaping. */
const UNQUOTABLE = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g

/**
 * The headers of a refusal: the Bearer challenge of RFC 6750 §3 wherever a token could help, `Retry-After` (seconds)
 * for an outage, and no caching.
 */
export function refusalHeaders(
  error: GuardError,
  settings: ChallengeSettings,
): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (error.status === 401 || error.error !== undefined)
    headers['www-authenticate'] = bearerChallenge(error, settings)
  if (error.status === 503) headers['retry-after'] = String(error.retryAfter ?? 5)
  return headers
}

/**
 * The error with the headers of its answer. One made elsewhere (by another copy of this package, or frozen by the
 * application to be thrown again and again) is copied: of it, only the reason counts.
 */
export function withHeaders(error: GuardError, settings: ChallengeSettings): GuardError {
  const ours = error instanceof GuardError && Object.isExtensible(error) ? error : copyOf(error)
  ours.headers = refusalHeaders(ours, settings)
  return ours
}

function copyOf({ code, message, cause, scopes, retryAfter }: GuardError): GuardError {
  return new GuardError(code, message, {
    cause,
    ...(Array.isArray(scopes) && { scopes: scopes.map(String) }),
    ...(typeof retryAfter === 'number' && { retryAfter }),
  })
}

function bearerChallenge(
  error: GuardError,
  { realm, resourceMetadata }: ChallengeSettings,
): string {
  let challenge = `Bearer realm=${quoted(realm)}`
  // RFC 6750 §3.1: who presented no token gets no error code.
  if (error.error !== undefined) {
    challenge += `, error=${quoted(error.error)}, error_description=${quoted(error.description)}`
  }
  if (error.scopes !== undefined) challenge += `, scope=${quoted(error.scopes.join(' '))}`
  if (resourceMetadata !== undefined) challenge += `, resource_metadata=${quoted(resourceMetadata)}`
  return challenge
}

/** A character that could end the quoted string, or the header, becomes a question mark. */
function quoted(text: string): string {
  return `"${text.replace(UNQUOTABLE, '?')}"`
}
