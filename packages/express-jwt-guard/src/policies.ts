import * as core from '@gatewarden/core'
import type { Policy } from '@gatewarden/core'
import type { Handler } from './handler.ts'
import { refuse } from './refuse.ts'

/** A policy as middleware. It still is a policy, so `allOf(requireScopes('a'), requireRoles('b'))` works. */
export type PolicyHandler = Handler & Policy

/** Middleware that lets a request pass only when the policy allows it. Mount it behind `jwtGuard`. */
export function authorize(policy: Policy): PolicyHandler {
  if (!core.isPolicy(policy)) throw new core.ConfigError('authorize', 'expected a policy')
  const handler: Handler = (req, res, next) => {
    const denial = core.authorize(req, policy)
    if (denial === undefined) next()
    else refuse(denial, req, res, next)
  }
  return Object.assign(handler, { requirement: policy.requirement, judge: policy.judge })
}

export const requireScopes = lift(core.requireScopes)
export const requireAnyScope = lift(core.requireAnyScope)
export const requireRoles = lift(core.requireRoles)
export const requireAnyRole = lift(core.requireAnyRole)
export const requirePermissions = lift(core.requirePermissions)
export const requireAnyPermission = lift(core.requireAnyPermission)
export const requireClaim = lift(core.requireClaim)
export const requireUser = lift(core.requireUser)
export const requirePredicate = lift(core.requirePredicate)
export const allOf = lift(core.allOf)
export const anyOf = lift(core.anyOf)
export const not = lift(core.not)

function lift<Parameters extends readonly unknown[]>(
  create: (...parameters: Parameters) => Policy,
): (...parameters: Parameters) => PolicyHandler {
  return (...parameters) => authorize(create(...parameters))
}
