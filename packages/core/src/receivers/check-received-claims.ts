import { checkAudience, expectPresent } from '../check-claims.ts'
import { checkTimes, timeWindow } from '../check-times.ts'
import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { invalidClaim, readKnownClaims } from '../known-claims.ts'
import { own } from '../own.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { JsonObject } from '../strict-json.ts'
import type { ReceivedToken } from './used-tokens.ts'

export interface ReceivedClaimsExpected {
  readonly audiences: readonly string[]
  readonly clockTolerance: number
  readonly maxTokenAge: number
  /** Whether a token must say when it expires. */
  readonly requiresExp: boolean
}

/** What logout tokens and security event tokens have in common (RFC 8417 §2.2), judged. */
export interface ReceivedClaims extends ReceivedToken {
  readonly claims: JsonObject
  /** `events`: what happened, by the URI that names it. */
  readonly events: JsonObject
}

/**
 * Judges what every security event token must say.
 *
 * @throws GuardError `ERR_TOKEN_TYPE_REFUSED`, `ERR_CLAIM_MISSING`, `ERR_CLAIM_INVALID`, `ERR_AUDIENCE_MISMATCH`,
 *   `ERR_TOKEN_EXPIRED`, `ERR_TOKEN_TOO_OLD`, `ERR_TOKEN_NOT_YET_VALID`
 */
export function checkReceivedClaims(
  signed: JsonObject,
  { audiences, clockTolerance, maxTokenAge, requiresExp }: ReceivedClaimsExpected,
  now: number,
): ReceivedClaims {
  const events = own(signed, 'events')
  // Access tokens and ID tokens of the same issuer, signed by the same key, end here.
  if (events === undefined) {
    throw new GuardError(
      'ERR_TOKEN_TYPE_REFUSED',
      'the token has no events, so it is neither a logout token nor a security event token',
    )
  }
  if (!isRecord(events) || !Object.values(events).every(isRecord) || isEmpty(events))
    throw invalidClaim('events', 'is not an object of at least one event, each an object')
  const known = readKnownClaims(signed)
  for (const name of ['iat', 'jti'] as const) expectPresent(name, known[name])
  if (requiresExp) expectPresent('exp', known.exp)
  const { exp = Infinity, iat, jti } = known as { exp?: number; iat: number; jti: string }
  // Fingerprints of used tokens are made of it: the empty one would be everybody's.
  if (jti === '') throw invalidClaim('jti', 'is empty')
  checkAudience(known.aud, audiences)
  const timed = { ...known, exp }
  const window = timeWindow(timed, clockTolerance, maxTokenAge)
  checkTimes(timed, window, clockTolerance, now)
  // Whole seconds, upwards: what was issued within that second is meant, too.
  return {
    claims: signed,
    events,
    jti,
    issuedAt: Math.ceil(iat),
    usableUntil: Math.ceil(window.until),
  }
}

/**
 * A claim, or a member of another object, that names somebody: undefined where it is not there.
 *
 * @throws GuardError `ERR_CLAIM_INVALID`
 */
export function identifierIn(object: JsonObject, name: string): string | undefined {
  const value = own(object, name)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw invalidClaim(name, value === '' ? 'is empty' : `is ${quoteForLog(value)}, not a string`)
}

function isEmpty(events: object): boolean {
  return Object.keys(events).length === 0
}
