import { isWebUrl } from '../keys/secure-url.ts'
import { ConfigError } from '../options/config-error.ts'
import type { DiscoveryOptions, ExpectedClaims } from '../options/options.ts'
import {
  expectArguments,
  expectName,
  expectOneOrSeveral,
  expectSegment,
  isWritten,
  unexpected,
} from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface KeycloakOptions extends PresetAdditions {
  /** Where Keycloak is, as browsers see it: what stands before `/realms` in `iss`. `https://id.acme.com` */
  readonly url: string
  readonly realm: string
  /**
   * What an audience mapper adds to `aud` for this API. Without one, tokens are for `account`, whichever client they
   * were issued to, or for nobody. `null` accepts every token of the realm.
   */
  readonly audience: string | readonly string[] | null
  /** A client whose roles count beside those of the realm. Default: none. */
  readonly client?: string
}

/**
 * Access tokens of a Keycloak realm. Scopes come from `scope`, roles from `realm_access.roles` and, with `client`,
 * from `resource_access.<client>.roles`. The claim `typ` tells them from ID and refresh tokens of the same issuer.
 *
 * @see https://www.keycloak.org/securing-apps/oidc-layers
 * @see https://www.keycloak.org/docs/latest/server_admin/#audience-support
 * @throws ConfigError
 */
export function keycloak(options: KeycloakOptions): ExpectedClaims & DiscoveryOptions {
  const given = expectArguments('keycloak', options, ['url', 'realm', 'audience', 'client'])
  const url = expectUrl(given.url)
  const realm = expectSegment('keycloak.realm', given.realm, "the realm's name")
  return finishPreset('keycloak', given, {
    issuer: `${url}/realms/${realm}`,
    audience: expectAudience(given.audience),
    // A client may be set to lower case ("Use lower-case bearer type in token responses").
    expectedClaims: { typ: ['Bearer', 'bearer'] },
    claimPaths: {
      scopes: 'scope',
      roles: [['realm_access', 'roles'], ...clientRoles(given)],
      client: ['azp', 'client_id'],
    },
  })
}

function clientRoles(options: KeycloakOptions): readonly (readonly string[])[] {
  if (!('client' in options)) return []
  const client = expectName('keycloak.client', options.client, "a client's id")
  // In parts: ids of clients hold dots, and are URLs.
  return [['resource_access', client, 'roles']]
}

function expectAudience(audience: unknown): string | readonly string[] | null {
  if (audience === null) return null
  const what = 'what an audience mapper adds to aud, or null to accept every token of the realm'
  const expected = expectOneOrSeveral('keycloak.audience', audience, what)
  // Keycloak adds it for whoever may see their own account: everybody, through whatever client.
  if ([expected].flat().includes('account')) {
    const problem = 'nearly every token of the realm is for account: add an audience mapper, or'
    throw new ConfigError('keycloak.audience', `${problem} write null to accept them all`)
  }
  return expected
}

function expectUrl(url: unknown): string {
  if (!isWritten(url) || !isWebUrl(url))
    throw unexpected('keycloak.url', 'a URL such as https://id.acme.com', url)
  const { origin, pathname } = new URL(url)
  const base = `${origin}${pathname.replace(/\/(realms|admin)(\/.*)?$/, '').replace(/\/+$/, '')}`
  if (base === url) return url
  throw unexpected('keycloak.url', `what stands before /realms (write '${base}')`, url)
}
