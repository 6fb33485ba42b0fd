import type { Route } from '@gatewarden/core'
import { createCsrfJudge } from '@gatewarden/core/kit'
import { introspectionRoute } from './introspection-route.ts'
import { jwksRoute } from './jwks-route.ts'
import { logoutEverywhereRoute, logoutRoute } from './logout-routes.ts'
import { metadataRoute } from './metadata-route.ts'
import { refreshRoute } from './refresh-route.ts'
import { revocationRoute } from './revocation-route.ts'
import type { RouteSettings } from './route-settings.ts'
import { endSessionRoute, listSessionsRoute } from './session-routes.ts'

/** What an issuer makes its routes of. */
export interface IssuerParts extends Omit<RouteSettings, 'checkPage'> {
  /** Web origins whose pages may use the cookies, besides the issuer's own. */
  readonly origins: readonly string[]
}

/** Every address of an issuer. */
export function createRoutes(parts: IssuerParts): readonly Route[] {
  const settings = { ...parts, checkPage: pageCheck(parts.origins) }
  const issuerPath = new URL(settings.issuer).pathname.replace(/\/$/, '')
  const jwksPath = `${issuerPath}/.well-known/jwks.json`
  // RFC 8414 §3.1: the well-known part comes between host and path.
  const metadataPath = `/.well-known/oauth-authorization-server${issuerPath}`
  return Object.freeze([
    refreshRoute(settings),
    logoutRoute(settings),
    logoutEverywhereRoute(settings),
    listSessionsRoute(settings),
    endSessionRoute(settings),
    revocationRoute(settings),
    introspectionRoute(settings),
    jwksRoute(settings, jwksPath),
    metadataRoute(settings, metadataPath, jwksPath),
  ])
}

function pageCheck(origins: readonly string[]): RouteSettings['checkPage'] {
  const judge = createCsrfJudge({ origins })
  return (request) => {
    const refusal = judge(request)
    if (refusal !== undefined) throw refusal
  }
}
