import type { Route, RouteReply, RouteRequest } from '@gatewarden/core'
import type { Client } from '../clients.ts'
import { IssuerError, isIssuerError } from '../errors.ts'
import { authenticatedUser } from './authenticated-user.ts'
import { emptyReply } from './json-reply.ts'
import {
  cookieOf,
  type PresentedByClient,
  presentedRefreshToken,
} from './presented-refresh-token.ts'
import { readForm, route, type RouteSettings } from './route-settings.ts'
import { clearedCookies } from './token-reply.ts'

/**
 * Ends the session of the refresh token, or of the access token where there is none. Whoever is logged out already is told
 * the same, and their cookie is taken away as well; only an `Authorization` field that proves nothing is refused, because
 * its sender would believe that a session was ended.
 */
export function logoutRoute(settings: RouteSettings): Route {
  return route(settings, 'POST', `${settings.basePath}/logout`, async (request) => {
    const presented = presentedRefreshToken(request, await readForm(request), settings)
    if (presented !== undefined) {
      const session = await sessionOf(presented, settings)
      if (session !== undefined) await settings.sessions.end(session.sid, 'logout')
      return loggedOut(presented.client, settings)
    }
    if (request.headers.authorization !== undefined) {
      const { sessionId } = await authenticatedUser(request, settings)
      if (sessionId !== undefined) await settings.sessions.end(sessionId, 'logout')
      return emptyReply(204, clearedCookies(settings.cookie))
    }
    // A foreign page's form comes without the cookie, but its answer could still take the cookie away.
    settings.checkPage(request)
    const sessionId = await sessionOfAccessCookie(request, settings)
    if (sessionId !== undefined) await settings.sessions.end(sessionId, 'logout')
    return emptyReply(204, clearedCookies(settings.cookie))
  })
}

/** Ends every session of the user, on every device. */
export function logoutEverywhereRoute(settings: RouteSettings): Route {
  return route(settings, 'POST', `${settings.basePath}/logout-everywhere`, async (request) => {
    const presented = presentedRefreshToken(request, await readForm(request), settings)
    const subject = await subjectOf(request, presented, settings)
    await settings.sessions.endAll(subject, 'logout-everywhere')
    return loggedOut(presented?.client, settings)
  })
}

/**
 * A client without cookies has none to take away. A foreign page can post a form in its name, with a token of its own or
 * any text at all, and the answer must not take away the cookie of whoever looks at that page.
 */
function loggedOut(client: Client | undefined, { cookie }: RouteSettings): RouteReply {
  return emptyReply(204, client?.transport === 'body' ? [] : clearedCookies(cookie))
}

async function subjectOf(
  request: RouteRequest,
  presented: PresentedByClient | undefined,
  settings: RouteSettings,
): Promise<string> {
  if (presented === undefined) return (await authenticatedUser(request, settings)).subject
  const session = await settings.sessions.ofRefreshToken(presented.token, presented.client)
  // An old token, found in a backup say, is good enough to end its own session, not those of all devices.
  if (session?.isCurrent === true) return session.row.subject
  throw new IssuerError('ERR_SESSION_ENDED', 'the refresh token is not that of a living session')
}

async function sessionOf({ token, client }: PresentedByClient, { sessions }: RouteSettings) {
  try {
    return (await sessions.ofRefreshToken(token, client))?.row
  } catch (error) {
    // Not one of ours: then there is nothing to end.
    if (isIssuerError(error) && error.code === 'ERR_REFRESH_TOKEN_INVALID') return undefined
    throw error
  }
}

/** Where the refresh token's cookie does not come to this path, or is gone: a token that counts no more has nothing to end. */
async function sessionOfAccessCookie(
  request: RouteRequest,
  { cookie, revoker }: RouteSettings,
): Promise<string | undefined> {
  if (cookie.accessName === undefined) return undefined
  const token = cookieOf(request, cookie.accessName)
  return token === undefined ? undefined : (await revoker.verify(token))?.sessionId
}
