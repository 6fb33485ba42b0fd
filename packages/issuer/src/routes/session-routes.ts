import type { Route } from '@gatewarden/core'
import { IssuerError } from '../errors.ts'
import type { Session } from '../session.ts'
import { authenticatedUser } from './authenticated-user.ts'
import { emptyReply, jsonReply } from './json-reply.ts'
import { route, type RouteSettings } from './route-settings.ts'

/** The user's own sessions: the list of devices. Authorized by their access token. */
export function listSessionsRoute(settings: RouteSettings): Route {
  return route(settings, 'GET', `${settings.basePath}/sessions`, async (request) => {
    const { subject, sessionId } = await authenticatedUser(request, settings)
    const sessions = await settings.sessions.list(subject)
    return jsonReply(200, { sessions: sessions.map((session) => describe(session, sessionId)) })
  })
}

/** What a sid can look like: nothing else is worth a look into the store. */
const SID = /^[\w-]{1,64}$/

/** Ends one of the user's own sessions. One of somebody else is answered like one that does not exist. */
export function endSessionRoute(settings: RouteSettings): Route {
  return route(settings, 'DELETE', `${settings.basePath}/sessions/:sid`, async (request) => {
    const { subject } = await authenticatedUser(request, settings)
    const { sid = '' } = request.params
    if (SID.test(sid) && (await settings.sessions.end(sid, 'revoked', subject)))
      return emptyReply(204)
    throw new IssuerError('ERR_SESSION_UNKNOWN', 'the user has no such session')
  })
}

function describe(session: Session, current: string | undefined): object {
  const { sid, client, device, createdAt, refreshedAt, idleExpiresAt } = session
  return {
    sid,
    current: sid === current,
    client_id: client,
    device,
    created_at: createdAt,
    refreshed_at: refreshedAt,
    expires_at: idleExpiresAt,
  }
}
