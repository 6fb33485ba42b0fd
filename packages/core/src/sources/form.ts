import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { own } from '../own.ts'
import type { GuardRequest } from '../request.ts'

/**
 * The `access_token` of an urlencoded body, under the conditions of RFC 6750 §2.2: one part, that content type,
 * and a method whose body means something.
 *
 * @throws GuardError `ERR_TOKEN_REPEATED`, `ERR_REQUEST_MALFORMED`
 */
export function tokenFromForm(request: GuardRequest): string | undefined {
  if (!hasFormToken(request)) return undefined
  const value = own(request.body as object, 'access_token')
  if (Array.isArray(value))
    throw new GuardError('ERR_TOKEN_REPEATED', 'the form has access_token more than once')
  if (typeof value === 'string' && value !== '') return value
  throw new GuardError('ERR_REQUEST_MALFORMED', 'the access_token of the form is empty or no text')
}

/** True when a form body, read by a parser before the guard, carries a token, other than one that is `known` already. */
export function hasFormToken(request: GuardRequest, known?: string): boolean {
  const { body } = request
  // The body first, and most often nothing else.
  if (!isRecord(body) || !Object.hasOwn(body, 'access_token')) return false
  if (known !== undefined && body.access_token === known) return false
  const { method, headers } = request
  if (method === 'GET' || method === 'HEAD') return false
  const type = headers['content-type']
  return typeof type === 'string' && /^application\/x-www-form-urlencoded[ \t]*(;|$)/i.test(type)
}
