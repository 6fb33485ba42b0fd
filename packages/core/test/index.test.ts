import * as core from '../src/index.ts'

it('the package offers these names, and no others', () => {
  expect(Object.keys(core).sort()).toEqual([
    'ConfigError',
    'GuardError',
    'allOf',
    'anyOf',
    'authorize',
    'createGuard',
    'createMemoryRevocations',
    'guardErrorCodes',
    'isGuardError',
    'isPolicy',
    'not',
    'requireAnyPermission',
    'requireAnyRole',
    'requireAnyScope',
    'requireClaim',
    'requirePermissions',
    'requirePredicate',
    'requireRoles',
    'requireScopes',
    'requireUser',
    'systemClock',
    'toReply',
  ])
})
