import { IncomingMessage } from 'node:http'
import {
  type AnswerOptions,
  type Auth,
  ConfigError,
  type Guard,
  type GuardOptions,
  type RegisteredClaims,
  rememberAnswerOptions,
  toGuard,
} from '@gatewarden/core'
import type { Handler } from './handler.ts'
import { refuse } from './refuse.ts'

/**
 * Express middleware that lets a request pass only with a valid access token. Takes the options of a guard, or a
 * guard made with `createGuard`. Sets `req.auth`.
 *
 * @throws ConfigError when the options are wrong
 */
export function jwtGuard<C = RegisteredClaims>(
  guardOrOptions: Guard<C> | GuardOptions<C>,
  answerOptions: AnswerOptions = {},
): Handler {
  if (guardOrOptions instanceof IncomingMessage) {
    throw new ConfigError(
      'jwtGuard',
      'it was mounted without being called: app.use(jwtGuard({ … }))',
    )
  }
  const rememberHowToAnswer = rememberAnswerOptions(answerOptions)
  const guard = toGuard(guardOrOptions)
  return (req, res, next) => {
    rememberHowToAnswer(req)
    const admission = guard.admit(req, { response: res })
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
