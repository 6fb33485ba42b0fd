import type { Answer } from './post.ts'

export type AuthClientErrorCode =
  /** There was no answer to a refresh or a logout. `cause` is what `fetch` threw. */
  | 'ERR_UNREACHABLE'
  /** The issuer answered 5xx or 429. In `trouble` also: the vault failed, with an error of its own. */
  | 'ERR_UNAVAILABLE'
  /** The issuer refused in a way that is no answer to a user: a 403 for CSRF, a 404, a page in place of JSON. */
  | 'ERR_REFUSED'

/** Nobody can tell now whether the user is logged in. That nobody is logged in is not an error. */
export class AuthClientError extends Error {
  override readonly name = 'AuthClientError'
  declare readonly code: AuthClientErrorCode
  /** Of the answer, where there was one. */
  declare readonly status: number | undefined
  /** What the answer said, in seconds. From another origin, only what CORS exposes can be read. */
  declare readonly retryAfter: number | undefined

  constructor(
    code: AuthClientErrorCode,
    message: string,
    { cause, ...answer }: { status?: number; retryAfter?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause })
    Object.assign(this, { code, ...answer })
  }
}

/** For an answer that is none to what was asked. */
export function unexpected(url: string, { status, retryAfter }: Answer): AuthClientError {
  const code = status >= 500 || status === 429 ? 'ERR_UNAVAILABLE' : 'ERR_REFUSED'
  return new AuthClientError(code, `${url} answered ${status}`, { status, retryAfter })
}
