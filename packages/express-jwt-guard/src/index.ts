export {
  type Auth,
  type Claims,
  ConfigError,
  createGuard,
  createMemoryRevocations,
  type Guard,
  GuardError,
  type GuardErrorCode,
  type GuardOptions,
  isGuardError,
} from '@gatewarden/core'
export type { Handler } from './handler.ts'
export { jwtGuard } from './jwt-guard.ts'
export {
  allOf,
  anyOf,
  authorize,
  not,
  type PolicyHandler,
  requireAnyPermission,
  requireAnyRole,
  requireAnyScope,
  requireClaim,
  requirePermissions,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from './policies.ts'
export type { AnswerOptions } from './refuse.ts'
