import {
  type Auth,
  type Claims,
  createGuard,
  type Guard,
  type GuardOptions,
} from '@gatewarden/core'
import type { Handler } from './handler.ts'
import { type AnswerOptions, checkAnswerOptions, refuse, rememberAnswerOptions } from './refuse.ts'

/**
 * Express middleware that lets a request pass only with a valid access token. Takes the options of a guard, or a
 * guard made with `createGuard`. Sets `req.auth`.
 *
 * @throws ConfigError when the options are wrong
 */
export function jwtGuard<C = Claims>(
  guardOrOptions: Guard<C> | GuardOptions<C>,
  answerOptions: AnswerOptions = {},
): Handler {
  checkAnswerOptions(answerOptions)
  const guard = isGuard(guardOrOptions) ? guardOrOptions : createGuard(guardOrOptions)
  return (req, res, next) => {
    rememberAnswerOptions(req, answerOptions)
    const admission = guard.admit(req, res)
    if (admission instanceof Promise) admission.then(proceed).catch(next)
    else proceed(admission)

    // Never inside a catch: an error of the application's own handlers is not ours to answer.
    function proceed({ auth, refusal }: Awaited<typeof admission>): void {
      if (refusal !== undefined) return refuse(refusal, req, res, next)
      ;(req as WithAuth<C>).auth = auth
      next()
    }
  }
}

interface WithAuth<C> {
  auth?: Auth<C> | undefined
}

function isGuard<C>(value: Guard<C> | GuardOptions<C>): value is Guard<C> {
  return typeof (value as Partial<Guard<C>> | undefined)?.admit === 'function'
}
