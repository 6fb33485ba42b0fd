import { GuardError } from '../errors.ts'
import type { GuardRequest } from '../request.ts'

const NAME = 'access_token'

/**
 * The `access_token` of the query (RFC 6750 §2.3). Read from the request line, because frameworks turn a repeated
 * or bracketed parameter into a list or an object, each in its own way.
 *
 * @throws GuardError `ERR_TOKEN_REPEATED`, `ERR_REQUEST_MALFORMED`
 */
export function tokenFromQuery(request: GuardRequest): string | undefined {
  const values = queryTokens(request)
  if (values.length > 1)
    throw new GuardError('ERR_TOKEN_REPEATED', 'the query has access_token more than once')
  if (values[0] === '')
    throw new GuardError(
      'ERR_REQUEST_MALFORMED',
      'the access_token of the query is empty or not plain text',
    )
  return values[0]
}

/** True when the query carries a token, other than one that is `known` already. */
export function hasQueryToken(request: GuardRequest, known?: string): boolean {
  const tokens = queryTokens(request)
  return tokens.length > 0 && tokens.some((token) => token !== known)
}

const NONE: readonly string[] = []

function queryTokens(request: GuardRequest): readonly string[] {
  const { url } = request
  const start = url?.indexOf('?') ?? -1
  // No query, or none that names us even in percent-encoding: most requests end here.
  if (url === undefined || start === -1) return NONE
  const query = url.slice(start + 1)
  if (!query.includes(NAME) && !query.includes('%')) return NONE

  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    if (name === NAME) return [value]
    // access_token[]=… and [access_token]=…: a framework would make it ours.
    return name.startsWith(`${NAME}[`) || name.startsWith(`[${NAME}]`) ? [''] : []
  })
}
