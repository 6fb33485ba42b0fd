import {
  allOf,
  anyOf,
  not,
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
import { type Expected, passed, refused } from '../expected.ts'
import { denied } from '../refusals.ts'

/** Routes, and the policy each of them stands under. */
export const routePolicies: Readonly<Record<string, Policy>> = {
  '/scopes': requireScopes('notes:read', 'notes:write'),
  '/any-scope': requireAnyScope('notes:read', 'notes:admin'),
  '/roles': requireRoles('admin', 'editor'),
  '/any-role': requireAnyRole('admin', 'editor'),
  '/permissions': requirePermissions('invoices.pay'),
  '/any-permission': requireAnyPermission('invoices.pay', 'invoices.see'),
  '/claim': requireClaim('org', 'acme'),
  '/claim-predicate': requireClaim('age', (age) => typeof age === 'number' && age >= 18),
  '/user': requireUser(),
  '/all': allOf(requireScopes('notes:read'), requireRoles('admin')),
  '/any': anyOf(requireScopes('notes:read'), requireRoles('admin')),
  '/not': not(requireRoles('banned')),
  '/throws': requirePredicate('a predicate that throws', () => {
    throw new Error('boom')
  }),
  '/truthy': requirePredicate('a predicate that is not sure', () => 1 as unknown as boolean),
}

export const lacksScopes = refused('ERR_SCOPE_INSUFFICIENT', { scope: 'notes:read notes:write' })
export const lacksAnyScope = refused('ERR_SCOPE_INSUFFICIENT', { scope: 'notes:read notes:admin' })
export const lacksRole = refused('ERR_ROLE_INSUFFICIENT')
const lacksRead = refused('ERR_SCOPE_INSUFFICIENT', { scope: 'notes:read' })
const lacksPermission = refused('ERR_PERMISSION_INSUFFICIENT')
const done = passed({ done: true })

/** What a token says, and whether the policy of a route is content with it. */
export const policyRows: readonly (readonly [
  path: string,
  what: string,
  claims: Readonly<Record<string, unknown>>,
  expected: Expected,
])[] = [
  ['/scopes', 'both scopes', { scope: 'notes:read notes:write' }, done],
  ['/scopes', 'more scopes', { scope: 'a notes:write b notes:read' }, done],
  ['/scopes', 'scopes as a list in scp', { scp: ['notes:read', 'notes:write'] }, done],
  ['/scopes', 'no scope', {}, lacksScopes],
  ['/scopes', 'one of two', { scope: 'notes:read' }, lacksScopes],
  ['/scopes', 'in other letters', { scope: 'NOTES:READ NOTES:WRITE' }, lacksScopes],
  ['/any-scope', 'one of two', { scope: 'notes:admin' }, done],
  ['/any-scope', 'neither', { scope: 'notes' }, lacksAnyScope],
  ['/any-scope', 'a scope that begins alike', { scope: 'notes:reader' }, lacksAnyScope],
  ['/any-scope', 'a scope that ends alike', { scope: 'my-notes:read' }, lacksAnyScope],
  ['/any-scope', 'by commas', { scope: 'a,notes:read' }, lacksAnyScope],
  ['/any-scope', 'by tabs', { scope: 'a\tnotes:read' }, lacksAnyScope],
  ['/any-scope', 'by no-break spaces', { scope: 'a\u00A0notes:read' }, lacksAnyScope],
  ['/any-scope', 'a list in a list', { scope: [['notes:read']] }, lacksAnyScope],
  ['/any-scope', 'a text in a list', { scope: ['x notes:read'] }, lacksAnyScope],
  ['/any-scope', 'names of members', { scope: { 'notes:read': true } }, lacksAnyScope],
  ['/any-scope', 'a star', { scope: '*' }, lacksAnyScope],
  ['/any-scope', 'a pattern', { scope: 'notes:*' }, lacksAnyScope],

  ['/roles', 'both roles', { roles: ['admin', 'editor'] }, done],
  ['/roles', 'one of two', { roles: ['admin'] }, lacksRole],
  ['/roles', 'no role', {}, lacksRole],
  ['/any-role', 'one of two', { roles: ['editor'] }, done],
  ['/any-role', 'in other letters', { roles: ['Admin'] }, lacksRole],
  ['/any-role', 'a text', { roles: 'admin' }, lacksRole],
  ['/any-role', 'a text that holds it', { roles: 'administrator' }, lacksRole],
  ['/any-role', 'a list in a list', { roles: [['admin']] }, lacksRole],
  ['/any-role', 'one level down', { realm_access: { roles: ['admin'] } }, lacksRole],
  ['/any-role', 'another claim', { role: ['admin'], Roles: ['admin'] }, lacksRole],

  ['/permissions', 'the permission', { permissions: ['invoices.pay'] }, done],
  ['/permissions', 'another', { permissions: ['invoices.see'] }, lacksPermission],
  ['/permissions', 'as a scope', { scope: 'invoices.pay' }, lacksPermission],
  ['/any-permission', 'one of two', { permissions: ['invoices.see'] }, done],
  ['/any-permission', 'none', { permissions: [] }, lacksPermission],

  ['/claim', 'the value', { org: 'acme' }, done],
  ['/claim', 'another value', { org: 'acme2' }, denied],
  ['/claim', 'a list with the value', { org: ['acme'] }, denied],
  ['/claim', 'no such claim', {}, denied],
  ['/claim-predicate', 'a value it takes', { age: 18 }, done],
  ['/claim-predicate', 'a value it does not take', { age: '18' }, denied],
  ['/user', 'a user', { client_id: 'web' }, done],
  ['/user', 'a client', { sub: 'batch', client_id: 'batch' }, denied],
  ['/user', 'nobody', { sub: undefined }, denied],

  ['/all', 'both', { scope: 'notes:read', roles: ['admin'] }, done],
  ['/all', 'the first only', { scope: 'notes:read' }, lacksRole],
  ['/all', 'the second only', { roles: ['admin'] }, lacksRead],
  ['/any', 'the second only', { roles: ['admin'] }, done],
  ['/any', 'neither', {}, lacksRead],
  ['/not', 'without it', {}, done],
  ['/not', 'with it', { roles: ['banned'] }, denied],
  ['/throws', 'any token', {}, denied],
  ['/truthy', 'any token', {}, denied],
]
