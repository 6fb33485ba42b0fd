import * as core from '@gatewarden/core'
import type { Middleware } from './context.ts'
import { refuse } from './refuse.ts'

/** A policy as middleware. It still is a policy, so `allOf(requireScopes('a'), requireRoles('b'))` works. */
export type PolicyMiddleware = Middleware & core.Policy

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
} = core.liftPolicies((policy): Middleware => async (ctx, next) => {
  const denial = core.authorize(ctx, policy)
  return denial === undefined ? next() : refuse(denial, ctx)
})
