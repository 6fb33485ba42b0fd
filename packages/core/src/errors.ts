import { inspect } from 'node:util'

/**
 * Every way a request can be refused: the status, the RFC 6750 §3.1 error (none where the client presented nothing,
 * or where it is not the client's fault) and the sentence the client reads.
 *
 * What is refused before the signature is proven gets one and the same sentence, so that a forged token learns
 * nothing from the answer: not which keys exist, not which issuer is trusted.
 */
const NOT_VALID = 'The access token is not valid.'

const ANSWERS = {
  ERR_TOKEN_MISSING: { status: 401, error: undefined, description: 'An access token is required.' },

  ERR_TOKEN_REPEATED: {
    status: 400,
    error: 'invalid_request',
    description: 'The request carries more than one access token.',
  },
  ERR_REQUEST_MALFORMED: {
    status: 400,
    error: 'invalid_request',
    description: 'The request does not carry its access token in a form that can be read.',
  },

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

  ERR_GUARD_MISSING: {
    status: 500,
    error: undefined,
    description: 'The server is not set up to answer this request.',
  },
} as const satisfies Record<string, Answer>

interface Answer {
  readonly status: 400 | 401 | 403 | 500 | 503
  readonly error: OAuthError | undefined
  readonly description: string
}

/** The `error` values of RFC 6750 §3.1. */
export type OAuthError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

/** The stable reason of a refusal. Each has a page under `docs/errors/`. */
export type GuardErrorCode = keyof typeof ANSWERS

/** Every {@link GuardErrorCode}, for dashboards and tests that want to be complete. */
export const guardErrorCodes = Object.freeze(Object.keys(ANSWERS)) as readonly GuardErrorCode[]

export interface GuardErrorDetails {
  /** The error underneath, for the log. */
  cause?: unknown
  /** The scopes that would have been enough, for the challenge (RFC 6750 §3). */
  scopes?: readonly string[]
  /** Seconds after which an outage is worth a new try. */
  retryAfter?: number
}

/**
 * Why a request is refused. `message` is for the log, `description` for the client: it never holds more than the
 * client may know. Compare `code`, which is stable, or use {@link isGuardError}; `instanceof` fails when two copies
 * of this package are installed.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  readonly code: GuardErrorCode
  /** The HTTP status to answer with. */
  readonly status: number
  /** The `error` of the challenge, RFC 6750 §3.1; none when the client presented no token or is not at fault. */
  readonly error: OAuthError | undefined
  /** One fixed sentence for the client: no part of it comes from the token. */
  readonly description: string
  readonly scopes: readonly string[] | undefined
  readonly retryAfter: number | undefined
  /** Frameworks that show `message` to the client when this is true must not: it is the operator's. */
  readonly expose = false
  /** The response headers of the refusal, set by the guard that refuses. */
  headers: Readonly<Record<string, string>> = {}

  constructor(code: GuardErrorCode, message: string, details: GuardErrorDetails = {}) {
    // No stack is collected: the reason is the code, and collecting one for every forged token would be the most
    // expensive part of refusing it.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    Error.stackTraceLimit = stackTraceLimit

    const answer: Answer = ANSWERS[code]
    // Express shows `stack` to the client outside production: no more in it than the client may know.
    this.stack = `${this.name}: ${answer.description}`
    this.code = code
    this.status = answer.status
    this.error = answer.error
    this.description = answer.description
    this.scopes = details.scopes
    this.retryAfter = details.retryAfter
  }

  /** How `console.log` and `util.inspect` show it: with the message, for whoever reads logs. */
  [inspect.custom](): string {
    const cause = this.cause === undefined ? '' : `\n  [cause]: ${inspect(this.cause)}`
    return `${this.name} [${this.code}]: ${this.message}${cause}`
  }
}

/** True for a {@link GuardError} of any copy of this package. */
export function isGuardError(value: unknown): value is GuardError {
  return (
    value instanceof Error &&
    value.name === 'GuardError' &&
    Object.hasOwn(ANSWERS, (value as Partial<GuardError>).code ?? '')
  )
}

function invalidToken(description: string) {
  return { status: 401, error: 'invalid_token', description } as const
}

function insufficientScope(description: string) {
  return { status: 403, error: 'insufficient_scope', description } as const
}

function unavailable(description: string) {
  return { status: 503, error: undefined, description } as const
}
