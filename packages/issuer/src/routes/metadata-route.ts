import type { Route } from '@gatewarden/core'
import { isConfidential } from '../clients.ts'
import { route, type RouteSettings } from './route-settings.ts'

/**
 * RFC 8414: where everything is, for clients and resource servers that find out by themselves.
 *
 * There is no authorization endpoint, because the application's own login opens sessions. So there is no response type
 * either, and §3.2 forbids an empty list: `response_types_supported` is left out, although §2 has it required.
 */
export function metadataRoute(settings: RouteSettings, path: string, jwksPath: string): Route {
  const { issuer, basePath, clients } = settings
  const { origin } = new URL(issuer)
  const secretMethods = ['client_secret_basic', 'client_secret_post']
  const hasSecrets = clients.all.some(isConfidential)
  const hasPublic = clients.all.some((client) => !isConfidential(client))
  const methods = [...(hasPublic ? ['none'] : []), ...(hasSecrets ? secretMethods : [])]
  const body = JSON.stringify({
    issuer,
    token_endpoint: `${origin}${basePath}/refresh`,
    token_endpoint_auth_methods_supported: methods,
    grant_types_supported: ['refresh_token'],
    jwks_uri: `${origin}${jwksPath}`,
    revocation_endpoint: `${origin}${basePath}/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    ...(hasSecrets && {
      introspection_endpoint: `${origin}${basePath}/introspect`,
      introspection_endpoint_auth_methods_supported: secretMethods,
    }),
  })
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=600',
    'access-control-allow-origin': '*',
  }
  return route(settings, 'GET', path, () => Promise.resolve({ status: 200, headers, body }))
}
