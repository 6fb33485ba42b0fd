import type { Route } from '@gatewarden/core'
import { isScope } from '@gatewarden/core/kit'
import { IssuerError } from '../errors.ts'
import { presentedRefreshToken } from './presented-refresh-token.ts'
import { readForm, route, type RouteSettings } from './route-settings.ts'
import { tokenReply } from './token-reply.ts'

/**
 * The token endpoint of RFC 6749 §6, for clients that send a form; and the same for pages, whose refresh token is in a
 * cookie and whose request has no body.
 */
export function refreshRoute(settings: RouteSettings): Route {
  return route(settings, 'POST', `${settings.basePath}/refresh`, async (request) => {
    const form = await readForm(request)
    const presented = presentedRefreshToken(request, form, settings)
    const grantType = form.get('grant_type')
    if (grantType !== undefined && grantType !== 'refresh_token')
      throw new IssuerError('ERR_GRANT_UNSUPPORTED', 'the grant type is another than refresh_token')
    if (presented === undefined) {
      // A page that asks whether somebody is logged in, before anybody is.
      if (form.size === 0)
        throw new IssuerError('ERR_REFRESH_TOKEN_INVALID', 'there is no refresh token')
      throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'the form has no refresh_token')
    }
    const { token, client } = presented
    if (client.transport === 'body' && grantType === undefined)
      throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'the form has no grant_type')
    const scope = scopeOf(form.get('scope'))
    const tokens = await settings.refresh({
      refreshToken: token,
      client: client.id,
      ...(scope !== undefined && { scope }),
    })
    return tokenReply(tokens, settings.cookie)
  })
}

function scopeOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const scopes = text.split(' ').filter(Boolean)
  if (scopes.length > 0 && scopes.every(isScope)) return scopes
  throw new IssuerError('ERR_SCOPE_EXCEEDED', 'the form asks for something that is no scope')
}
