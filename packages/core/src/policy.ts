import { GuardError, isGuardError } from './errors.ts'
import { abandon } from './maybe-promise.ts'
import type { Auth } from './principal.ts'

/** A requirement on a verified token. Written once here, lifted by each adapter. */
export interface Policy {
  /** What is required, for logs and events: `scopes(read write)`. */
  readonly requirement: string
  /** Undefined when `auth` meets the requirement; else why not. `request` is the one a guard admitted. */
  readonly judge: (this: void, auth: Auth<unknown>, request?: object) => GuardError | undefined
}

export function createPolicy(requirement: string, judge: Policy['judge']): Policy {
  return Object.freeze({ requirement, judge })
}

/** True for a policy of any copy of this package. An adapter's may be a function that also is a policy. */
export function isPolicy(value: unknown): value is Policy {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  const { judge, requirement } = value as Partial<Policy>
  return typeof judge === 'function' && typeof requirement === 'string'
}

/**
 * Judges by a policy that may be the application's own object: only a plain undefined from it is a yes. One that throws,
 * or answers with a promise, denies; the `cause` tells that it could not be judged.
 */
export function judgePolicy(
  policy: Policy,
  auth: Auth<unknown>,
  request: object | undefined,
): GuardError | undefined {
  try {
    const denial: unknown = policy.judge(auth, request)
    if (denial === undefined || isGuardError(denial)) return denial
    abandon(denial)
    throw new TypeError(`judge returned a ${typeof denial}, not undefined or a GuardError`)
  } catch (cause) {
    return new GuardError('ERR_POLICY_DENIED', `${policy.requirement} cannot be judged`, {
      // Something can throw undefined, and not() goes by the cause.
      cause: cause ?? new TypeError('it threw nothing'),
    })
  }
}
