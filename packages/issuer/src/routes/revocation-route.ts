import type { Route } from '@gatewarden/core'
import { IssuerError } from '../errors.ts'
import { isForeignToken } from '../revoke-token.ts'
import { authenticateClient } from './client-authentication.ts'
import { emptyReply } from './json-reply.ts'
import { readForm, route, type RouteSettings } from './route-settings.ts'

/**
 * RFC 7009: a client gives a token back. A refresh token takes its session with it, an access token only itself. What is
 * unknown, expired or revoked already is answered like what was revoked now (§2.2); `token_type_hint` is not needed.
 */
export function revocationRoute(settings: RouteSettings): Route {
  return route(settings, 'POST', `${settings.basePath}/revoke`, async (request) => {
    const form = await readForm(request)
    const client = authenticateClient(request, form, settings.clients)
    const token = form.get('token')
    if (token === undefined)
      throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'the form has no token')
    try {
      await settings.revoker.revoke(token, client)
    } catch (error) {
      if (!isForeignToken(error)) throw error
      // §2.1: the client is told. It has the token, so it learns nothing by it.
      throw new IssuerError('ERR_CLIENT_UNAUTHORIZED', 'the token was issued to another client')
    }
    return emptyReply(200)
  })
}
