import { isGuardError, type RouteReply, toReply } from '@gatewarden/core'
import type { BodyError } from '@gatewarden/core/kit'
import { IssuerError, isIssuerError } from '../errors.ts'
import { debugRefusal } from '../events.ts'
import type { KeysUnavailableError } from '../keys/keys-unavailable-error.ts'
import { jsonReply, NO_STORE } from './json-reply.ts'

/** The answer to a request that failed: as RFC 6749 §5.2 has it, or a guard's own where a guard refused. */
export function errorReply(error: unknown, realm: string): RouteReply {
  if (isGuardError(error)) {
    const reply = toReply(error)
    return { ...reply, headers: { ...reply.headers, ...NO_STORE } }
  }
  const refusal = toIssuerError(error)
  debugRefusal(refusal)
  const { status, error: name, description, retryAfter } = refusal
  const reply = jsonReply(status, { error: name, error_description: description })
  const headers = {
    ...reply.headers,
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    // RFC 6749 §5.2 and RFC 9110 §15.5.2: a 401 says how to do better.
    ...(status === 401 && { 'www-authenticate': basicChallenge(realm) }),
  }
  return { ...reply, headers }
}

/** RFC 9110 §5.6.4: a URL may hold characters that a quoted string, or a header, must not. */
const UNQUOTABLE = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g

function basicChallenge(realm: string): string {
  return `Basic realm="${realm.replace(UNQUOTABLE, '?')}", charset="UTF-8"`
}

function toIssuerError(error: unknown): IssuerError {
  if (isIssuerError(error)) return error
  if (isBodyError(error)) {
    return new IssuerError('ERR_AUTH_REQUEST_INVALID', error.problem, {
      cause: error,
      status: error.status,
    })
  }
  if (isKeysUnavailable(error)) {
    const { message, retryAfter } = error
    return new IssuerError('ERR_SIGNING_UNAVAILABLE', message, { cause: error, retryAfter })
  }
  // Nothing here throws anything else by design. Whatever it is, it is not the client's fault.
  return new IssuerError('ERR_STORE_UNAVAILABLE', 'a route failed unexpectedly', { cause: error })
}

function isBodyError(error: unknown): error is BodyError {
  return error instanceof Error && error.name === 'BodyError'
}

function isKeysUnavailable(error: unknown): error is KeysUnavailableError {
  return error instanceof Error && error.name === 'KeysUnavailableError'
}
