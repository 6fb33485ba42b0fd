import { STATUS_CODES } from 'node:http'
import type { GuardError } from './errors.ts'

/** An HTTP answer that any framework can send. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The answer to a refused request: its status, its headers and a problem document (RFC 9457). It says what the
 * client may know; the reason itself is in `error.code` and `error.message`, for the log.
 */
export function toReply(error: GuardError): Reply {
  const body = JSON.stringify({
    title: STATUS_CODES[error.status],
    status: error.status,
    detail: error.description,
    error: error.error,
    scope: error.scopes?.join(' '),
  })
  return {
    status: error.status,
    headers: { ...error.headers, 'content-type': 'application/problem+json' },
    body,
  }
}
