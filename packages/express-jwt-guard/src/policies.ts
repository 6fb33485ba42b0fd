import * as core from '@gatewarden/core'
import type { Handler } from './handler.ts'
import { refuse } from './refuse.ts'

/** A policy as middleware. It still is a policy, so `allOf(requireScopes('a'), requireRoles('b'))` works. */
export type PolicyHandler = Handler & core.Policy

/** Middleware that lets a request pass only when the policy allows it. Mount it behind `jwtGuard`. */
export const {
  authorize,
  requireScopes,
  requireAnyScope,
  requireRoles,
  requireAnyRole,
  requirePermissions,
  requireAnyPermission,
  requireClaim,
  requireUser,
  requirePredicate,
  allOf,
  anyOf,
  not,
} = core.liftPolicies((policy): Handler => (req, res, next) => {
  const denial = core.authorize(req, policy)
  if (denial === undefined) next()
  else refuse(denial, req, res, next)
})
