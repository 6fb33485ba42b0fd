import { answerRoute, expectRoutes, type HasRoutes, unreadStreamOf } from '@gatewarden/core/kit'
import { type Middleware, requestOf } from './context.ts'
import { sendReply } from './send-reply.ts'

/**
 * Koa middleware that serves the routes of an issuer or a receiver, and passes on everything else, `OPTIONS` included: mount
 * `cors()` first. Body parsers may run before it, and need not.
 *
 * @throws ConfigError for what has no routes
 */
export function authRoutes(issuer: HasRoutes): Middleware {
  const routes = expectRoutes('authRoutes', issuer)
  return async (ctx, next) => {
    const answer = answerRoute(routes, { ...requestOf(ctx), stream: unreadStreamOf(ctx.req) })
    return answer === undefined ? next() : sendReply(ctx, await answer)
  }
}
