import { GuardError } from '../errors.ts'
import type { GuardRequest } from '../request.ts'

const SCHEME = 'bearer'

/** RFC 9110 §5.6.2: the characters that could make `Bearer` the beginning of another scheme's name. */
const TOKEN_CHARACTER = /[\w!#$%&'*+.^`|~-]/

/**
 * The token of `Authorization: Bearer …`. Another scheme is no token; a Bearer that cannot be read is an error.
 *
 * @throws GuardError `ERR_TOKEN_REPEATED`, `ERR_REQUEST_MALFORMED`, `ERR_TOKEN_MALFORMED`
 */
export function bearerFromHeader(request: GuardRequest): string | undefined {
  const field = request.headers.authorization
  if (field === undefined) return undefined
  if (hasRepeatedAuthorization(request, field)) {
    throw new GuardError('ERR_TOKEN_REPEATED', 'the request has more than one Authorization field')
  }
  const value = typeof field === 'string' ? field : (field[0] ?? '')
  return value.startsWith('Bearer ') ? credentials(value, 7) : fromOtherSpelling(value)
}

/** Node keeps the first of two fields and drops the second silently; a proxy may have judged the second. */
export function hasRepeatedAuthorization(
  request: GuardRequest,
  field: string | readonly string[],
): boolean {
  if (typeof field !== 'string') return field.length > 1
  const { rawHeaders } = request
  if (rawHeaders === undefined) return false
  let fields = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    // Most names have another length: the comparison proper is rare.
    if (name.length === 13 && name.toLowerCase() === 'authorization') fields++
  }
  return fields > 1
}

/** The scheme's case is free (RFC 9110 §11.1), what follows it is not. */
function fromOtherSpelling(value: string): string | undefined {
  if (value.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined
  const next = value.charAt(SCHEME.length)
  if (next === '')
    throw new GuardError(
      'ERR_REQUEST_MALFORMED',
      'the Authorization field says Bearer and nothing more',
    )
  if (next === ' ') return credentials(value, SCHEME.length + 1)
  if (TOKEN_CHARACTER.test(next)) return undefined
  // A tab, U+00A0 … : some parsers take them for a space, others do not (CVE-2026-0707).
  throw new GuardError(
    'ERR_TOKEN_MALFORMED',
    'the scheme Bearer is followed by something other than a space',
  )
}

/** Everything behind the scheme: plain spaces, then one token without any (RFC 6750 §2.1). */
function credentials(value: string, start: number): string {
  while (value.charAt(start) === ' ') start++
  const token = value.slice(start)
  if (token === '')
    throw new GuardError('ERR_REQUEST_MALFORMED', 'the Authorization field holds no token')
  if (token.includes(' ') || token.includes(',')) {
    throw new GuardError('ERR_REQUEST_MALFORMED', 'the Authorization field holds several values')
  }
  return token
}
