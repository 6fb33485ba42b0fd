import type { DiscoveryOptions, ExpectedClaims } from '../options/options.ts'
import { expectArguments, expectHost, expectName, expectOneOrSeveral } from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface Auth0Options extends PresetAdditions {
  /** The tenant's host, or its custom domain: whichever the front end logs in at. `acme.eu.auth0.com` */
  readonly domain: string
  /** The identifier of the API at Auth0. The front end logs in with it, as `audience`. */
  readonly audience: string | readonly string[]
  /** The claim into which an Action of yours writes roles: `https://acme.com/roles`. Default: none. */
  readonly rolesClaim?: string
}

/**
 * Access tokens of Auth0, in the Auth0 profile or that of RFC 9068. Scopes come from `scope`, permissions from
 * `permissions` (RBAC with "Add Permissions in the Access Token"), the tenant from `org_id`. An ID token has the same
 * issuer and another `aud`: the client's id.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @see https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens
 * @throws ConfigError
 */
export function auth0(options: Auth0Options): ExpectedClaims & DiscoveryOptions {
  const given = expectArguments('auth0', options, ['domain', 'audience', 'rolesClaim'])
  const domain = expectHost('auth0.domain', given.domain, 'acme.eu.auth0.com')
  const identifier = 'the identifier of the API at Auth0'
  return finishPreset('auth0', given, {
    issuer: `https://${domain}/`,
    audience: expectOneOrSeveral('auth0.audience', given.audience, identifier),
    claimPaths: {
      scopes: 'scope',
      // A list inside the list is one name, whatever it holds.
      roles: 'rolesClaim' in given ? [[expectRolesClaim(given.rolesClaim)]] : [],
      permissions: 'permissions',
      tenant: 'org_id',
      client: ['azp', 'client_id'],
    },
  })
}

function expectRolesClaim(claim: unknown): string {
  return expectName('auth0.rolesClaim', claim, 'the name of a claim')
}
