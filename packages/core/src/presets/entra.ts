import { ConfigError } from '../options/config-error.ts'
import type { ExpectedClaims, IssuerLookup, JwksUriOptions } from '../options/options.ts'
import { expectArguments, expectOneOrSeveral, unexpected } from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface EntraOptions extends PresetAdditions {
  /** The directory (tenant) id, a GUID. */
  readonly tenantId: string
  /** The API: its application (client) id in tokens of version 2, in those of version 1 also its URI, `api://…`. */
  readonly audience: string | readonly string[]
  /** What the API's manifest says as `requestedAccessTokenVersion`, where null is 1. Default 2. */
  readonly version?: 1 | 2
}

export interface EntraTenantsOptions extends Omit<EntraOptions, 'tenantId'> {
  /**
   * The tenants whose tokens are taken: a list of ids, or a function that answers `true` at once, from memory, when a
   * tenant's first token comes. Personal Microsoft accounts have a tenant of their own; only a list lets it in.
   */
  readonly tenants: readonly string[] | ((tenantId: string) => boolean)
}

type Version = 1 | 2

const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** The tenant of everybody with a personal Microsoft account. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'

/**
 * Access tokens of one tenant of Microsoft Entra ID. Scopes come from `scp`, roles (of users and of applications) from
 * `roles`, the client from `azp`, or `appid` in version 1. ID tokens have neither: where a front end shares the API's
 * registration, that is all that tells the two apart.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens
 * @throws ConfigError
 */
export function entra(
  options: EntraOptions,
): ExpectedClaims & JwksUriOptions & { readonly issuer: string } {
  const given = expectArguments('entra', options, ['tenantId', 'audience', 'version'])
  const tenantId = expectTenantId('entra.tenantId', given.tenantId)
  const version = expectVersion('entra', given)
  return finishPreset(
    'entra',
    given,
    trustTenant(tenantId, expectAudience('entra', given, version), version),
  )
}

/**
 * Access tokens of several tenants, for `issuers`. Whose name a token gives is compared with the allowed tenants before
 * anything is fetched, so inventing tenants costs nothing.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-validation
 * @throws ConfigError
 */
export function entraTenants(options: EntraTenantsOptions): IssuerLookup {
  const given = expectArguments('entraTenants', options, ['tenants', 'audience', 'version'])
  const allows = expectTenants(given.tenants)
  const version = expectVersion('entraTenants', given)
  const audience = expectAudience('entraTenants', given, version)
  // Of any tenant: so that a mistake shows at once, and not with the first token.
  finishPreset('entraTenants', given, trustTenant(CONSUMERS, audience, version))
  return {
    allow(issuer) {
      const tenantId = tenantOf(issuer, version)
      return tenantId !== undefined && allows(tenantId)
    },
    resolve(issuer) {
      const tenantId = tenantOf(issuer, version)
      return tenantId === undefined
        ? undefined
        : finishPreset('entraTenants', given, trustTenant(tenantId, audience, version))
    },
  }
}

function trustTenant(
  tenantId: string,
  audience: ExpectedClaims['audience'],
  version: Version,
): ReturnType<typeof entra> {
  const client = version === 1 ? 'appid' : 'azp'
  const keys = version === 1 ? 'discovery/keys' : 'discovery/v2.0/keys'
  return {
    issuer: issuerOf(tenantId, version),
    audience,
    jwksUri: `https://login.microsoftonline.com/${tenantId}/${keys}`,
    expectedClaims: { tid: tenantId },
    requiredClaims: [client],
    claimPaths: { scopes: 'scp', roles: 'roles', client },
    tenant: tenantId,
  }
}

function issuerOf(tenantId: string, version: Version): string {
  return version === 1
    ? `https://sts.windows.net/${tenantId}/`
    : `https://login.microsoftonline.com/${tenantId}/v2.0`
}

/** The tenant in an issuer's name, which is not verified yet: none, unless the name is exactly that of a tenant. */
function tenantOf(issuer: string, version: Version): string | undefined {
  const tenantId = issuer.split('/')[3] ?? ''
  return GUID.test(tenantId) && issuerOf(tenantId, version) === issuer ? tenantId : undefined
}

function expectTenants(tenants: unknown): (tenantId: string) => boolean {
  if (typeof tenants === 'function') {
    const answer = tenants as (tenantId: string) => unknown
    return (tenantId) => tenantId !== CONSUMERS && answer(tenantId) === true
  }
  if (!Array.isArray(tenants) || tenants.length === 0)
    throw unexpected('entraTenants.tenants', 'a list of tenant ids, or a function of one', tenants)
  const listed = new Set(
    tenants.map((tenantId, at) => expectTenantId(`entraTenants.tenants[${at}]`, tenantId)),
  )
  return (tenantId) => listed.has(tenantId)
}

function expectTenantId(option: string, value: unknown): string {
  const tenantId = typeof value === 'string' ? value.toLowerCase() : ''
  if (GUID.test(tenantId)) return tenantId
  switch (tenantId) {
    case 'common':
    case 'organizations':
      throw new ConfigError(
        option,
        `'${tenantId}' is no tenant, and no token is issued in its name: say which ones are allowed, with entraTenants({ tenants, audience })`,
      )
    case 'consumers':
      throw new ConfigError(
        option,
        `'consumers' lets in everybody with a personal Microsoft account: if that is meant, write '${CONSUMERS}'`,
      )
  }
  throw unexpected(option, "the tenant's id, a GUID, as in the tid of its tokens", value)
}

function expectAudience(
  preset: string,
  { audience }: Pick<EntraOptions, 'audience'>,
  version: Version,
): string | readonly string[] {
  const option = `${preset}.audience`
  const expected = expectOneOrSeveral(option, audience, 'the application (client) id of the API')
  const uri = [expected].flat().find((one) => one.startsWith('api://'))
  if (version === 1 || uri === undefined) return expected
  throw new ConfigError(
    option,
    `tokens of version 2 name the API by its application (client) id; '${uri}' is how those of version 1 do`,
  )
}

function expectVersion(preset: string, options: Pick<EntraOptions, 'version'>): Version {
  const version: unknown = 'version' in options ? options.version : 2
  if (version === 1 || version === 2) return version
  throw unexpected(`${preset}.version`, '1 or 2', version)
}
