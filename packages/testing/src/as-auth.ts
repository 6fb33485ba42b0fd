import type { Auth, RegisteredClaims } from '@gatewarden/core'
import { guardAs, type GuardAsOptions } from './guard-as.ts'
import { refuseProduction, warnOutsideTests } from './only-in-tests.ts'

/**
 * Who a request is from, as a guard would say of a token with these claims: frozen, scopes and roles read from where they
 * stand. For unit tests of what takes an {@link Auth}.
 *
 * @param claims added to the usual ones: `sub` is `alice`, the token expires after 300 seconds. One given as `undefined`
 *   is left out
 * @throws GuardError for claims that no guard would let in
 * @throws TypeError for a schema or a check that has to be waited for
 * @throws Error where `NODE_ENV` is `production` or `prod`
 */
export function asAuth<C = RegisteredClaims>(
  claims: Readonly<Record<string, unknown>> = {},
  options: GuardAsOptions<C> = {},
): Auth<C> {
  refuseProduction('asAuth')
  warnOutsideTests('asAuth')
  const admission = guardAs(claims, options).admit({ headers: {} })
  if (admission instanceof Promise)
    throw new TypeError('asAuth cannot wait for a schema or a check that is asynchronous')
  if (admission.refusal !== undefined) throw admission.refusal
  return admission.auth!
}
