import type { Auth, Route } from '@gatewarden/core'
import { type Client, isConfidential, unauthenticated } from '../clients.ts'
import { IssuerError } from '../errors.ts'
import { authenticateClient } from './client-authentication.ts'
import { jsonReply } from './json-reply.ts'
import { readForm, route, type RouteSettings } from './route-settings.ts'

/** RFC 7662 §2.2: what is not active, or not for who asks, is told apart by nothing. */
const INACTIVE = { active: false }

/**
 * RFC 7662: a resource server asks about an access token. It must authenticate with a secret, and hears of tokens for the
 * audiences it `introspects` only. Refresh tokens are nobody's business but the issuer's: they are not active here.
 */
export function introspectionRoute(settings: RouteSettings): Route {
  return route(settings, 'POST', `${settings.basePath}/introspect`, async (request) => {
    const form = await readForm(request)
    const client = authenticateClient(request, form, settings.clients)
    // §2.1: whoever could ask without authentication could try tokens out.
    if (!isConfidential(client)) throw unauthenticated('it has no secret to authenticate with')
    const token = form.get('token')
    if (token === undefined)
      throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'the form has no token')
    const auth = await settings.revoker.verify(token)
    const isActive = auth !== undefined && isFor(auth, client) && !hasExpired(auth, settings)
    return jsonReply(200, isActive ? describe(auth) : INACTIVE)
  })
}

function isFor({ claims }: Auth, { introspects }: Client): boolean {
  return [claims.aud ?? []].flat().some((audience) => introspects.includes(audience))
}

/** RFC 7662 §4: to the second. Guards tolerate that their clock differs from the issuer's; this is the issuer's. */
function hasExpired({ expiresAt }: Auth, { clock }: RouteSettings): boolean {
  return expiresAt <= clock()
}

function describe({ claims, scopes }: Auth): object {
  const { iss, sub, aud, exp, iat, jti, sid, client_id } = claims as Record<string, unknown>
  const scope = scopes.length === 0 ? undefined : scopes.join(' ')
  return { active: true, scope, client_id, token_type: 'Bearer', exp, iat, sub, aud, iss, jti, sid }
}
