import { GuardError } from '../errors.ts'
import type { GuardRequest } from '../request.ts'

/**
 * The value of a cookie. Two cookies of one name are refused: a sub-domain can set the second one, and which of
 * them counts would be the sender's choice (RFC 6265 §8.6).
 *
 * @throws GuardError `ERR_TOKEN_REPEATED`, `ERR_REQUEST_MALFORMED`
 */
export function tokenFromCookie(request: GuardRequest, name: string): string | undefined {
  const field = request.headers.cookie
  if (field === undefined) return undefined
  const cookies = typeof field === 'string' ? field : field.join(';')
  if (!cookies.includes(name)) return undefined

  let token: string | undefined
  for (const pair of cookies.split(';')) {
    // RFC 6265 §4.2.1 separates by "; ". No other white space is taken away: it would be part of a name or a value.
    const start = pair.startsWith(' ') ? 1 : 0
    if (!pair.startsWith(`${name}=`, start)) continue
    if (token !== undefined)
      throw new GuardError('ERR_TOKEN_REPEATED', `the request has two cookies named ${name}`)
    token = pair.slice(start + name.length + 1)
  }
  // Browsers go on sending a cookie that was emptied to log out; it carries no token.
  return token === '' ? undefined : token
}
