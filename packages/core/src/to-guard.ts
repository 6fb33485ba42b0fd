import type { RegisteredClaims } from './claims.ts'
import { createGuard, type Guard } from './guard.ts'
import type { GuardOptions } from './options/options.ts'

/**
 * What adapters take: a guard, or the options to create one with.
 *
 * @throws ConfigError when the options are wrong
 */
export function toGuard<C = RegisteredClaims>(
  guardOrOptions: Guard<C> | GuardOptions<C>,
): Guard<C> {
  return isGuard(guardOrOptions) ? guardOrOptions : createGuard(guardOrOptions)
}

/** By what it can do: a guard of another copy of this package is one, too. */
function isGuard<C>(value: Guard<C> | GuardOptions<C>): value is Guard<C> {
  return typeof (value as Partial<Guard<C>> | undefined)?.admit === 'function'
}
