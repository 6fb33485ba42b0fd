import { inspect } from 'node:util'

/**
 * Every way an issuer refuses: the status, the OAuth error (RFC 6749 §5.2) and the sentence the client reads. Whatever is
 * wrong with a refresh token, the client reads the same: who steals one learns nothing from the answer.
 */
const ANSWERS = {
  ERR_REFRESH_TOKEN_INVALID: invalidGrant(),
  ERR_SESSION_ENDED: invalidGrant(),
  ERR_BINDING_MISMATCH: invalidGrant(),
  ERR_REFRESH_REUSED: invalidGrant(),
  ERR_REFRESH_DENIED: invalidGrant(),

  ERR_SCOPE_EXCEEDED: {
    status: 400,
    error: 'invalid_scope',
    description: 'The session was not opened with a scope that was asked for.',
  },
  ERR_CLIENT_UNAUTHENTICATED: {
    status: 401,
    error: 'invalid_client',
    description: 'The client is unknown, or did not authenticate as it must.',
  },
  ERR_CLIENT_UNAUTHORIZED: {
    status: 400,
    error: 'unauthorized_client',
    description: 'The client is not set up to do this.',
  },
  ERR_GRANT_UNSUPPORTED: {
    status: 400,
    error: 'unsupported_grant_type',
    description: 'The only grant type here is refresh_token.',
  },
  ERR_AUTH_REQUEST_INVALID: {
    status: 400,
    error: 'invalid_request',
    description: 'The request cannot be read.',
  },
  ERR_SESSION_UNKNOWN: {
    status: 404,
    error: 'invalid_request',
    description: 'There is no such session.',
  },

  ERR_REFRESH_FLOODED: {
    status: 429,
    error: 'slow_down',
    description: 'The refresh token was presented too often.',
  },

  ERR_STORE_UNAVAILABLE: unavailable('The sessions cannot be reached.'),
  ERR_SIGNING_UNAVAILABLE: unavailable('Access tokens cannot be signed.'),
  ERR_REFRESH_CHECK_UNAVAILABLE: unavailable('What the session may do cannot be looked up.'),
} as const satisfies Record<string, Answer>

interface Answer {
  readonly status: 400 | 401 | 404 | 429 | 503
  readonly error: IssuerOAuthError
  readonly description: string
}

/** The `error` values of RFC 6749 §5.2 and §4.1.2.1, and `slow_down` of RFC 8628 §3.5. */
export type IssuerOAuthError =
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_request'
  | 'slow_down'
  | 'temporarily_unavailable'

/** The stable reason of a refusal. Each has a page under `docs/errors/`. */
export type IssuerErrorCode = keyof typeof ANSWERS

/** Every {@link IssuerErrorCode}, for dashboards and tests that want to be complete. */
export const issuerErrorCodes = Object.freeze(Object.keys(ANSWERS)) as readonly IssuerErrorCode[]

export interface IssuerErrorDetails {
  /** The error underneath, for the log. */
  cause?: unknown
  /** Another status than the usual one of the code: 413 for a body that is too large. */
  status?: number | undefined
  /** Seconds after which a new try is worth it. */
  retryAfter?: number
}

/**
 * Why an issuer refuses. `message` is for the log, `description` for the client. Compare `code`, which is stable, or use
 * {@link isIssuerError}; `instanceof` fails when two copies of this package are installed.
 */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
  readonly code: IssuerErrorCode
  /** The HTTP status to answer with. */
  readonly status: number
  /** The `error` of the answer, RFC 6749 §5.2. */
  readonly error: IssuerOAuthError
  /** One fixed sentence for the client. */
  readonly description: string
  readonly retryAfter: number | undefined
  /** Frameworks that show `message` to the client when this is true must not: it is the operator's. */
  readonly expose = false

  constructor(code: IssuerErrorCode, message: string, details: IssuerErrorDetails = {}) {
    // No stack is collected, as for a GuardError: forged refresh tokens come by the thousand.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    Error.stackTraceLimit = stackTraceLimit

    const answer: Answer = ANSWERS[code]
    // Express shows `stack` to the client outside production: no more in it than the client may know.
    this.stack = `${this.name}: ${answer.description}`
    this.code = code
    this.status = details.status ?? answer.status
    this.error = answer.error
    this.description = answer.description
    this.retryAfter = details.retryAfter ?? (answer.status === 503 ? 5 : undefined)
  }

  /** How `console.log` and `util.inspect` show it: with the message, for whoever reads logs. */
  [inspect.custom](): string {
    const cause = this.cause === undefined ? '' : `\n  [cause]: ${inspect(this.cause)}`
    return `${this.name} [${this.code}]: ${this.message}${cause}`
  }
}

/** True for an {@link IssuerError} of any copy of this package. */
export function isIssuerError(value: unknown): value is IssuerError {
  return (
    value instanceof Error &&
    value.name === 'IssuerError' &&
    Object.hasOwn(ANSWERS, (value as Partial<IssuerError>).code ?? '')
  )
}

function invalidGrant() {
  return {
    status: 400,
    error: 'invalid_grant',
    description: 'The refresh token is not valid, or its session has ended.',
  } as const
}

function unavailable(description: string) {
  return { status: 503, error: 'temporarily_unavailable', description } as const
}
