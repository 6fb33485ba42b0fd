import { STATUS_CODES } from 'node:http'
import type { GuardError, OAuthError } from './errors.ts'

/** An HTTP answer that any framework can send. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A problem document (RFC 9457), with the `error` and `scope` of the challenge (RFC 6750 §3). */
export interface Problem {
  readonly title: string | undefined
  readonly status: number
  readonly detail: string
  readonly error?: OAuthError
  readonly scope?: string
}

/**
 * The answer to a refused request: its status, its headers and a problem document (RFC 9457). It says what the
 * client may know; the reason itself is in `error.code` and `error.message`, for the log.
 */
export function toReply(error: GuardError): Reply {
  return {
    status: error.status,
    headers: { ...error.headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify(toProblem(error)),
  }
}

/** What the client may know, for a framework that writes JSON itself. */
export function toProblem({ status, description, error, scopes }: GuardError): Problem {
  return {
    title: STATUS_CODES[status],
    status,
    detail: description,
    ...(error !== undefined && { error }),
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
  }
}
