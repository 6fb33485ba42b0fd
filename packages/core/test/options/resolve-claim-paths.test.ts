import { ConfigError } from '../../src/options/config-error.ts'
import type { ClaimPathOptions } from '../../src/options/options.ts'
import { resolveClaimPaths } from '../../src/options/resolve-claim-paths.ts'
import { thrownBy } from '../mint.ts'

const resolve = (options: unknown) => resolveClaimPaths(options as ClaimPathOptions, 'claimPaths')
const problem = (options: unknown) => {
  const error = thrownBy(() => resolve(options))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe('resolveClaimPaths', () => {
  it('knows the usual claims', () => {
    expect(resolve({})).toEqual({
      scopes: [['scope'], ['scp']],
      roles: [['roles']],
      permissions: [['permissions']],
      tenant: [],
      client: [['client_id'], ['azp'], ['cid']],
    })
  })

  it('takes a name, a path, a namespaced claim, several, and a path in parts', () => {
    expect(
      resolve({
        scopes: 'permission',
        roles: 'realm_access.roles',
        permissions: 'https://example.com/permissions',
        tenant: ['org', 'tenant.id'],
        client: [['resource_access', 'my.api', 'client']],
      }),
    ).toEqual({
      scopes: [['permission']],
      roles: [['realm_access', 'roles']],
      permissions: [['https://example.com/permissions']],
      tenant: [['org'], ['tenant', 'id']],
      client: [['resource_access', 'my.api', 'client']],
    })
  })

  it.each(['', ' ', 5, null, true, {}, [''], [5], [['']], [[5]], [[['deep']]]])(
    'refuses %j',
    (roles) => {
      expect(problem({ roles })).toMatch(/^claimPaths\.roles/)
    },
  )

  it('refuses what it does not know', () => {
    expect(problem({ role: 'x' })).toBe(
      'claimPaths.role: expected scopes, roles, permissions, tenant or client',
    )
  })

  it.each(['scopes', 'roles', 'permissions', 'tenant', 'client'])(
    'names %s when what is wrong is there',
    (name) => {
      expect(problem({ [name]: 5 })).toBe(`claimPaths.${name}: expected a text, got 5`)
    },
  )

  it.each(['roles', 5, true, []])('refuses %j for the whole', (options) => {
    expect(problem(options)).toMatch(/^claimPaths: expected an object, got /)
  })
})
