import { checkCsrf } from './check-csrf.ts'
import { GuardError } from './errors.ts'
import { callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
import type { GuardRequest } from './request.ts'
import { bearerFromHeader } from './sources/authorization-header.ts'
import { tokenFromCookie } from './sources/cookie.ts'
import { hasFormToken, tokenFromForm } from './sources/form.ts'
import { hasQueryToken, tokenFromQuery } from './sources/query.ts'

/** A token as presented. */
export interface PresentedToken {
  readonly token: string
  /** True when caches do not know by themselves that the answer is for one client only (RFC 9111 §3.5). */
  readonly needsPrivateAnswer: boolean
  /** For a token from a cookie: the web origins that may send it with a write, besides the API's own. */
  readonly cookieOrigins?: readonly string[] | undefined
}

/**
 * A place where a token is looked for:
 * - `'header'`: `Authorization: Bearer …` (RFC 6750 §2.1). The default, and the one to prefer.
 * - `{ cookie, origins }`: a cookie by name. A write authenticated by it must pass the CSRF check; `origins` lists the
 *   web origins that may send one besides the API's own.
 * - `'form'`: `access_token` of an urlencoded body, never with GET (RFC 6750 §2.2). A body parser must run first.
 * - `'query'`: `access_token` of the query (RFC 6750 §2.3). It ends up in logs and histories: RFC 9700 §4.3.2 advises against it.
 * - a function of the request, for anything else. May be asynchronous.
 */
export type TokenSource =
  | 'header'
  | 'form'
  | 'query'
  | { readonly cookie: string; readonly origins?: readonly string[] }
  | ((request: GuardRequest) => string | undefined | PromiseLike<string | undefined>)

/**
 * Finds the token of a request in the places that are switched on. A token in two places is refused, whichever of
 * them is switched on: a proxy may have judged the other (RFC 6750 §2).
 *
 * @throws GuardError `ERR_TOKEN_REPEATED`, `ERR_REQUEST_MALFORMED`, `ERR_TOKEN_MALFORMED`, `ERR_CSRF`
 */
export function extractToken(
  request: GuardRequest,
  sources: readonly TokenSource[],
): MaybePromise<PresentedToken | undefined> {
  return whenReady(tokenFromAny(sources, request), (found) => {
    if (found === undefined) return undefined
    refuseSecondPlace(request, sources, found)
    if (found.cookieOrigins !== undefined) checkCsrf(request, found.cookieOrigins)
    return found
  })
}

function tokenFromAny(
  sources: readonly TokenSource[],
  request: GuardRequest,
): MaybePromise<PresentedToken | undefined> {
  // Nearly every guard has one source, and nothing to compare.
  let found = tokenFrom(sources[0]!, request)
  for (let at = 1; at < sources.length; at++) {
    const source = sources[at]!
    // One after the other: a source that fails must not leave another one's rejection to nobody.
    found = whenReady(found, (earlier) =>
      whenReady(tokenFrom(source, request), (token) => onlyOne(earlier, token)),
    )
  }
  return found
}

function tokenFrom(
  source: TokenSource,
  request: GuardRequest,
): MaybePromise<PresentedToken | undefined> {
  if (source === 'header') return presented(bearerFromHeader(request), false)
  if (source === 'form') return presented(tokenFromForm(request), true)
  if (source === 'query') return presented(tokenFromQuery(request), true)
  if (typeof source === 'function') return tokenFromFunction(source, request)

  const token = tokenFromCookie(request, source.cookie)
  return token === undefined
    ? undefined
    : { token, needsPrivateAnswer: true, cookieOrigins: source.origins ?? [] }
}

function presented(
  token: string | undefined,
  needsPrivateAnswer: boolean,
): PresentedToken | undefined {
  return token === undefined ? undefined : { token, needsPrivateAnswer }
}

function tokenFromFunction(
  source: (request: GuardRequest) => string | undefined | PromiseLike<string | undefined>,
  request: GuardRequest,
): MaybePromise<PresentedToken | undefined> {
  return whenReady(
    callOut<unknown>(() => source(request), unreadable),
    (token) => {
      if (token === undefined || token === null) return undefined
      if (typeof token === 'string' && token !== '') return presented(token, true)
      throw new GuardError(
        'ERR_REQUEST_MALFORMED',
        'the token function returned neither a token nor undefined',
      )
    },
  )
}

/** The function reads nothing but the request, so the request is what it could not read. */
function unreadable(cause: unknown): GuardError {
  return new GuardError('ERR_REQUEST_MALFORMED', 'the token function threw', { cause })
}

function onlyOne(
  one: PresentedToken | undefined,
  other: PresentedToken | undefined,
): PresentedToken | undefined {
  if (one !== undefined && other !== undefined) throw repeated()
  return one ?? other
}

/** A token in another of RFC 6750's places counts even where that is switched off, when one was found. */
function refuseSecondPlace(
  request: GuardRequest,
  sources: readonly TokenSource[],
  found: PresentedToken,
): void {
  // The request first: most have no token there, and their guard's sources need no look.
  if (hasQueryToken(request) && !sources.includes('query')) {
    if (hasQueryToken(request, knownToken(sources, found))) throw repeated()
  }
  if (hasFormToken(request) && !sources.includes('form')) {
    if (hasFormToken(request, knownToken(sources, found))) throw repeated()
  }
  // Behind a cookie or a function, Authorization may belong to a gateway in front: that is what those are for.
  if (!sources.includes('header') && (sources.includes('query') || sources.includes('form'))) {
    if (bearerFromHeader(request) !== undefined) throw repeated()
  }
}

/** A function reads what it likes: what it found may be what stands in the query. */
function knownToken(
  sources: readonly TokenSource[],
  { token }: PresentedToken,
): string | undefined {
  return sources.some((source) => typeof source === 'function') ? token : undefined
}

function repeated(): GuardError {
  return new GuardError(
    'ERR_TOKEN_REPEATED',
    'the request carries an access token in more than one place',
  )
}
