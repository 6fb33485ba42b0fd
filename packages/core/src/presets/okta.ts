import { ConfigError } from '../options/config-error.ts'
import type { DiscoveryOptions, ExpectedClaims } from '../options/options.ts'
import {
  expectArguments,
  expectHost,
  expectOneOrSeveral,
  expectSegment,
} from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface OktaOptions extends PresetAdditions {
  /** The org's host, or its custom domain. `acme.okta.com` */
  readonly domain: string
  /** The id of a custom authorization server. Default `'default'`, the one every org comes with. */
  readonly authorizationServer?: string
  /** The audience of that server; that of `default` is `api://default`. */
  readonly audience: string | readonly string[]
}

/**
 * Access tokens of a custom authorization server of Okta. Scopes come from the list `scp`, roles from `groups` (a claim
 * you add to the server), the client from `cid`, which ID tokens do not have.
 *
 * @see https://developer.okta.com/docs/concepts/auth-servers/
 * @see https://developer.okta.com/docs/guides/validate-access-tokens/
 * @throws ConfigError
 */
export function okta(options: OktaOptions): ExpectedClaims & DiscoveryOptions {
  const given = expectArguments('okta', options, ['domain', 'authorizationServer', 'audience'])
  const domain = expectOrg(given.domain)
  const server = 'authorizationServer' in given ? given.authorizationServer : 'default'
  return finishPreset('okta', given, {
    issuer: `https://${domain}/oauth2/${expectServer(server)}`,
    audience: expectOneOrSeveral(
      'okta.audience',
      given.audience,
      'the audience of the authorization server',
    ),
    requiredClaims: ['cid'],
    claimPaths: { scopes: 'scp', roles: 'groups', client: 'cid' },
  })
}

function expectOrg(value: unknown): string {
  const domain = expectHost('okta.domain', value, 'acme.okta.com')
  const [, org, rest] = /^([^.]+)-admin\.(okta.*)$/.exec(domain) ?? []
  if (org === undefined) return domain
  throw new ConfigError(
    'okta.domain',
    `expected the org's host (write '${org}.${rest}'), got '${domain}' of the admin console`,
  )
}

function expectServer(server: unknown): string {
  // The org's own server has no id: its issuer is the domain alone.
  if (server === null || server === '' || server === 'org') {
    throw new ConfigError(
      'okta.authorizationServer',
      "expected the id of a custom authorization server, such as 'default'. Access tokens of the org itself are for Okta's own API, and only Okta can validate them",
    )
  }
  return expectSegment(
    'okta.authorizationServer',
    server,
    'the id of a custom authorization server',
  )
}
