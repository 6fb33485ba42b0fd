import { GuardError, isGuardError } from './errors.ts'
import { describeType } from './quote-for-log.ts'
import { callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
import type { Auth } from './principal.ts'
import type { GuardRequest } from './request.ts'

/**
 * A check of the application's own, run for every request, cache hits included. Must return `true` to let the token
 * pass. To refuse with another answer than `ERR_CHECK_FAILED`, throw a `GuardError`.
 */
export type CustomCheck<C> = (
  auth: Auth<C>,
  request: GuardRequest | undefined,
) => boolean | PromiseLike<boolean>

/**
 * @throws GuardError `ERR_CHECK_FAILED` (401), `ERR_CHECK_UNAVAILABLE` (503) when the check threw
 */
export function checkCustom<C>(
  check: CustomCheck<C> | undefined,
  auth: Auth<C>,
  request: GuardRequest | undefined,
): MaybePromise<void> {
  if (check === undefined) return undefined
  return whenReady(
    callOut<unknown>(() => check(auth, request), unavailable),
    (passed) => {
      if (passed === true) return
      const hint =
        passed === false ? '' : `: it must return true, it returned ${describeType(passed)}`
      throw new GuardError('ERR_CHECK_FAILED', `the check option did not let the token pass${hint}`)
    },
  )
}

/** A check that breaks is the server's trouble, not the caller's, and never a pass. */
function unavailable(cause: unknown): GuardError {
  if (isGuardError(cause)) return cause
  return new GuardError('ERR_CHECK_UNAVAILABLE', 'the check option threw', { cause, retryAfter: 5 })
}
