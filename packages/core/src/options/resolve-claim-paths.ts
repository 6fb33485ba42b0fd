import { type ClaimMapping, type ClaimPath, toClaimPath } from '../claim-mapping.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import { expectText, expectTexts } from './expect-option.ts'
import { isPlainObject } from '../is-record.ts'
import type { ClaimPathOption, ClaimPathOptions } from './options.ts'

/**
 * Checks where an issuer writes what its tokens grant, and fills in the usual claims.
 *
 * @throws ConfigError
 */
export function resolveClaimPaths(options: ClaimPathOptions, option: string): ClaimMapping {
  const given: unknown = options
  if (!isPlainObject(given))
    throw new ConfigError(option, `expected an object, ${describeGiven(given)}`)
  for (const name of Object.keys(options)) {
    if (!['scopes', 'roles', 'permissions', 'tenant', 'client'].includes(name)) {
      throw new ConfigError(
        `${option}.${name}`,
        'expected scopes, roles, permissions, tenant or client',
      )
    }
  }
  const {
    scopes = ['scope', 'scp'],
    roles = 'roles',
    permissions = 'permissions',
    tenant = [],
    client = ['client_id', 'azp', 'cid'],
  } = options
  return {
    scopes: resolvePaths(scopes, `${option}.scopes`),
    roles: resolvePaths(roles, `${option}.roles`),
    permissions: resolvePaths(permissions, `${option}.permissions`),
    tenant: resolvePaths(tenant, `${option}.tenant`),
    client: resolvePaths(client, `${option}.client`),
  }
}

function resolvePaths(given: ClaimPathOption, option: string): readonly ClaimPath[] {
  const paths: readonly unknown[] = Array.isArray(given) ? given : [given]
  return paths.map((path) =>
    Array.isArray(path) ? [...expectTexts(option, path)] : toClaimPath(expectText(option, path)),
  )
}
