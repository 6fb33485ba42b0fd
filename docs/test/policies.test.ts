import {
  createGuard,
  type Policy,
  requireAnyPermission,
  requireAnyRole,
  requireAnyScope,
  requireClaim,
  requirePermissions,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from '@gatewarden/core'
import { createAuthority } from '@gatewarden/testing'
import { page, tableRows } from './markdown.ts'

const policies: { [name: string]: Policy } = {
  requireScopes: requireScopes('a', 'b'),
  requireAnyScope: requireAnyScope('a', 'b'),
  requireRoles: requireRoles('a', 'b'),
  requireAnyRole: requireAnyRole('a', 'b'),
  requirePermissions: requirePermissions('a', 'b'),
  requireAnyPermission: requireAnyPermission('a', 'b'),
  requireClaim: requireClaim('org', 'acme'),
  requireUser: requireUser(),
  requirePredicate: requirePredicate('name', () => false),
}

test('every policy denies with the code that the guide gives it', async () => {
  const authority = createAuthority()
  const guard = createGuard(authority.guardOptions())
  const auth = await guard.verify(authority.token({ sub: undefined }))

  const rows = tableRows(page('docs/policies.md').text)
  const documented = rows.map(
    ([use = '', , code = '']) => [/`(\w+)\(/.exec(use)?.[1] ?? '', code] as const,
  )
  expect(new Set(documented.map(([name]) => name))).toEqual(new Set(Object.keys(policies)))
  for (const [name, code] of documented) {
    expect([name, `\`${policies[name]?.judge(auth)?.code}\``]).toEqual([name, code])
  }
})
