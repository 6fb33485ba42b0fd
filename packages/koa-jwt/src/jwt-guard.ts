import {
  type Admission,
  type AnswerOptions,
  ConfigError,
  type Guard,
  type GuardOptions,
  type RegisteredClaims,
  rememberAnswerOptions,
  toGuard,
} from '@gatewarden/core'
import { isContext, type Middleware, requestOf } from './context.ts'
import { refuse } from './refuse.ts'

/**
 * Koa middleware that lets a request pass only with a valid access token. Takes the options of a guard, or a guard
 * made with `createGuard`. Sets `ctx.state.auth`.
 *
 * @throws ConfigError when the options are wrong
 */
export function jwtGuard<C = RegisteredClaims>(
  guardOrOptions: Guard<C> | GuardOptions<C>,
  answerOptions: AnswerOptions = {},
): Middleware {
  if (isContext(guardOrOptions)) {
    throw new ConfigError(
      'jwtGuard',
      'it was mounted without being called: app.use(jwtGuard({ … }))',
    )
  }
  const rememberHowToAnswer = rememberAnswerOptions(answerOptions)
  const guard = toGuard(guardOrOptions)
  return async (ctx, next) => {
    rememberHowToAnswer(ctx)
    const admission = guard.admit(requestOf(ctx), { knownAs: ctx, response: ctx.res })
    // Koa waits for promises anyway; one less for a token that was seen before.
    const { auth, refusal } = admission instanceof Promise ? await admission : admission
    // Set for a refusal, too: what an earlier guard left there does not count any more.
    ;(ctx.state as { auth?: Admission<C>['auth'] }).auth = auth
    return refusal === undefined ? next() : refuse(refusal, ctx)
  }
}
