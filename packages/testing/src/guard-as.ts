import {
  type Auth,
  type ClaimPathOptions,
  type Clock,
  createGuard,
  type CustomCheck,
  type Guard,
  type GuardRequest,
  type RegisteredClaims,
  type StandardSchema,
  systemClock,
} from '@gatewarden/core'
import { type Authority, createAuthority } from './authority.ts'
import { refuseProduction, warnOutsideTests } from './only-in-tests.ts'

/** Who the requests of a test are from: claims to add to the usual ones, or an {@link Auth} with its claims. */
export type AsWhom = Readonly<Record<string, unknown>> | Auth<unknown>

export interface GuardAsOptions<C = RegisteredClaims> {
  /** Where scopes, roles, permissions, tenant and client are, as your guard has it. */
  readonly claimPaths?: ClaimPathOptions
  /** As your guard has it: validates the claims and types them. */
  readonly schema?: StandardSchema<C>
  /** As your guard has it. */
  readonly check?: CustomCheck<C>
  /** As your guard has it: lets requests pass for which `whom` returns undefined. */
  readonly optional?: boolean
  /** Tells the time in seconds. Default: the system's clock. */
  readonly clock?: Clock
}

/**
 * A guard for tests that takes every request for one of this user, whatever token it has or lacks. For unit tests: give it
 * to `jwtGuard`, or to `JwtGuardModule.forRoot({ guard })`, and everything behind it, policies too, goes by these claims.
 *
 * Nothing is imitated: it signs a token with these claims for each request, and verifies it as any guard does. Claims that
 * no guard would let in are refused here, too.
 *
 * Where nothing says that this is a test or a development setup, it emits a warning. A guard that was made before
 * `NODE_ENV` became `production` refuses every request.
 *
 * @param whom the claims, or a function that returns them for each request, and undefined for one without a token. Usual
 *   claims are added: `sub` is `alice`, the token expires after 300 seconds. One given as `undefined` is left out.
 * @throws Error where `NODE_ENV` is `production` or `prod`
 */
export function guardAs<C = RegisteredClaims>(
  whom: AsWhom | ((request: GuardRequest) => AsWhom | undefined) = {},
  { clock = systemClock, ...options }: GuardAsOptions<C> = {},
): Guard<C> {
  refuseProduction('guardAs')
  warnOutsideTests('guardAs')
  const authority = createAuthority({ clock })
  return createGuard<C>({
    ...options,
    clock,
    jwks: authority.jwks(),
    // The claims are the test's: they may be of any issuer, and for anybody.
    issuer: null,
    audience: null,
    cache: false,
    tokenFrom(request) {
      // The environment may be read from a file after the guard is made.
      refuseProduction('guardAs')
      const claims = typeof whom === 'function' ? whom(request) : whom
      return claims && tokenOf(claims, authority)
    },
  })
}

function tokenOf(whom: AsWhom, authority: Authority): string {
  if (!isAuth(whom)) return authority.token(whom)
  // All of its claims, and no others.
  return authority.sign(
    { alg: authority.algorithm, typ: 'JWT', kid: authority.kid },
    claimsOf(whom),
  )
}

function claimsOf({ claims }: Auth<unknown>): object {
  return claims as object
}

/** By the getter that only what a guard made has: claims may have any name. */
function isAuth(whom: AsWhom): whom is Auth<unknown> {
  return Object.isFrozen(whom) && 'principalKey' in whom && !Object.hasOwn(whom, 'principalKey')
}
