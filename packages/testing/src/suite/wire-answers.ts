import type { GuardErrorCode, OAuthError } from '@gatewarden/core'

/** What a client reads of a refusal. */
export interface WireAnswer {
  readonly status: number
  /** The `error` of RFC 6750 §3.1. */
  readonly error: OAuthError | undefined
  readonly description: string
}

const NOT_VALID = 'The access token is not valid.'

/**
 * The answers by the reason of the refusal, written out once more and not taken from the core: clients match on them,
 * so a change of one must show.
 */
const WIRE_ANSWERS: Partial<Record<GuardErrorCode, WireAnswer>> = {
  ERR_TOKEN_MISSING: { status: 401, error: undefined, description: 'An access token is required.' },
  ERR_TOKEN_REPEATED: invalidRequest('The request carries more than one access token.'),
  ERR_REQUEST_MALFORMED: invalidRequest(
    'The request does not carry its access token in a form that can be read.',
  ),
  ERR_TOKEN_MALFORMED: invalidToken('The access token is malformed.'),
  ERR_TOKEN_TOO_LARGE: invalidToken('The access token is too large.'),
  ERR_TOKEN_ENCRYPTED: invalidToken('The access token is encrypted; a signed one is expected.'),
  ERR_ALGORITHM_REFUSED: invalidToken(NOT_VALID),
  ERR_HEADER_REFUSED: invalidToken(NOT_VALID),
  ERR_ISSUER_UNTRUSTED: invalidToken(NOT_VALID),
  ERR_KEY_UNKNOWN: invalidToken(NOT_VALID),
  ERR_SIGNATURE_INVALID: invalidToken(NOT_VALID),
  ERR_TOKEN_TYPE_REFUSED: invalidToken('The token is not an access token.'),
  ERR_TOKEN_EXPIRED: invalidToken('The access token expired.'),
  ERR_TOKEN_NOT_YET_VALID: invalidToken('The access token is not valid yet.'),
  ERR_TOKEN_TOO_OLD: invalidToken('The access token is too old.'),
  ERR_AUDIENCE_MISMATCH: invalidToken('The access token is meant for another audience.'),
  ERR_CLAIM_MISSING: invalidToken('The access token lacks a required claim.'),
  ERR_CLAIM_INVALID: invalidToken('The access token has a claim that is not acceptable.'),
  ERR_SENDER_CONSTRAINED: invalidToken(
    'The access token is bound to its sender and cannot be used as a Bearer token.',
  ),
  ERR_TOKEN_REVOKED: invalidToken('The access token was revoked.'),
  ERR_CHECK_FAILED: invalidToken('The access token is no longer accepted.'),
  ERR_SCOPE_INSUFFICIENT: insufficientScope('The access token lacks a required scope.'),
  ERR_ROLE_INSUFFICIENT: insufficientScope('The access token lacks a required role.'),
  ERR_PERMISSION_INSUFFICIENT: insufficientScope('The access token lacks a required permission.'),
  ERR_POLICY_DENIED: insufficientScope('The access token does not allow this request.'),
  ERR_CSRF: {
    status: 403,
    error: undefined,
    description:
      'A request authenticated by a cookie must prove that it comes from an allowed origin.',
  },
  ERR_KEYS_UNAVAILABLE: unavailable('The keys that verify access tokens cannot be reached.'),
  ERR_REVOCATION_UNAVAILABLE: unavailable('The revocation state of access tokens cannot be read.'),
  ERR_CHECK_UNAVAILABLE: unavailable('A check that access tokens must pass cannot be completed.'),
}

/** @throws Error for a code that no request of the suite is refused with */
export function wireAnswer(code: GuardErrorCode): WireAnswer {
  const answer = WIRE_ANSWERS[code]
  if (answer === undefined) throw new Error(`the suite knows no answer for ${code}`)
  return answer
}

function invalidRequest(description: string): WireAnswer {
  return { status: 400, error: 'invalid_request', description }
}

function invalidToken(description: string): WireAnswer {
  return { status: 401, error: 'invalid_token', description }
}

function insufficientScope(description: string): WireAnswer {
  return { status: 403, error: 'insufficient_scope', description }
}

function unavailable(description: string): WireAnswer {
  return { status: 503, error: undefined, description }
}
