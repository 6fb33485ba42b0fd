import type { RegisteredClaims } from './claims.ts'
import { allOf, anyOf, not } from './combine-policies.ts'
import { ConfigError } from './options/config-error.ts'
import {
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
import { isPolicy, type Policy } from './policy.ts'
import type { Auth } from './principal.ts'

/** Said by name, as the compiler would otherwise settle the claims before an application registers its own. */
export type LiftedPredicate<Handler> = <Request extends object = object, C = RegisteredClaims>(
  requirement: string,
  predicate: (auth: Auth<C>, request: Request) => boolean,
) => Handler & Policy

/**
 * Makes of every policy what a framework mounts on a route. What comes out still is a policy, so that
 * `allOf(requireScopes('a'), requireRoles('b'))` works on both sides of the lift.
 */
export function liftPolicies<Handler extends object>(toHandler: (policy: Policy) => Handler) {
  /** Any policy, as what is mounted on a route. Mount it behind `jwtGuard`. */
  function authorize(policy: Policy): Handler & Policy {
    if (!isPolicy(policy)) throw new ConfigError('authorize', 'expected a policy')
    const { requirement, judge } = policy
    return Object.assign(toHandler(policy), { requirement, judge })
  }

  function lift<Parameters extends readonly unknown[]>(
    create: (...parameters: Parameters) => Policy,
  ): (...parameters: Parameters) => Handler & Policy {
    return (...parameters) => authorize(create(...parameters))
  }

  const liftedPredicate: LiftedPredicate<Handler> = lift(requirePredicate)

  return {
    authorize,
    requireScopes: lift(requireScopes),
    requireAnyScope: lift(requireAnyScope),
    requireRoles: lift(requireRoles),
    requireAnyRole: lift(requireAnyRole),
    requirePermissions: lift(requirePermissions),
    requireAnyPermission: lift(requireAnyPermission),
    requireClaim: lift(requireClaim),
    requireUser: lift(requireUser),
    requirePredicate: liftedPredicate,
    allOf: lift(allOf),
    anyOf: lift(anyOf),
    not: lift(not),
  }
}
