import { IncomingMessage } from 'node:http'
import {
  type Auth,
  type Claims,
  ConfigError,
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
  if (guardOrOptions instanceof IncomingMessage) {
    throw new ConfigError(
      'jwtGuard',
      'it was mounted without being called: app.use(jwtGuard({ … }))',
    )
  }
  checkAnswerOptions(answerOptions)
  const guard = isGuard(guardOrOptions) ? guardOrOptions : createGuard(guardOrOptions)
  return (req, res, next) => {
    rememberAnswerOptions(req, answerOptions)
    const admission = guard.admit(req, res)
    // An error of the application's own handlers is not ours to answer: it stays Express's, now as later.
    if (admission instanceof Promise) admission.then(proceed).catch(next)
    else proceed(admission)

    function proceed({ auth, refusal }: Awaited<typeof admission>): void {
      // Set for a refusal, too: what an earlier guard left there does not count any more.
      ;(req as WithAuth<C>).auth = auth
      if (refusal === undefined) next()
      else refuse(refusal, req, res, next)
    }
  }
}

interface WithAuth<C> {
  auth?: Auth<C> | undefined
}

function isGuard<C>(value: Guard<C> | GuardOptions<C>): value is Guard<C> {
  return typeof (value as Partial<Guard<C>> | undefined)?.admit === 'function'
}
