import { sendReply } from '@gatewarden/koa-jwt'
import type { Issuer } from '@gatewarden/issuer'
import type { RouterMiddleware } from '@koa/router'
import { createLoginLimits } from './login-limits.ts'
import type { Users } from './users.ts'

/** Opens a session for whoever knows name and password. The answer is the same for a wrong one and for an unknown user. */
export function login(issuer: Issuer, users: Users): RouterMiddleware {
  const limits = createLoginLimits()

  return async (ctx) => {
    const { name, password } = (ctx.request.body ?? {}) as { name?: unknown; password?: unknown }
    if (typeof name !== 'string' || typeof password !== 'string') {
      ctx.status = 422
      ctx.body = { title: 'A login needs a name and a password' }
      return
    }
    // Behind a proxy this is the proxy's address, unless Koa is told: app.proxy = true.
    const secondsToWait = await limits.take(ctx.ip, name)
    if (secondsToWait !== undefined) {
      ctx.status = 429
      ctx.set('Retry-After', String(secondsToWait))
      ctx.body = { title: 'Too many tries' }
      return
    }
    const user = await users.authenticate(name, password)
    if (user === undefined) {
      ctx.status = 403
      ctx.body = { title: 'Name or password is wrong' }
      return
    }
    await limits.giveBack(ctx.ip, name)
    const tokens = await issuer.openSession({
      subject: user.id,
      scope: user.scopes,
      roles: user.roles,
      amr: ['pwd'],
      device: ctx.get('User-Agent') || 'unknown',
    })
    sendReply(ctx, issuer.reply(tokens))
  }
}
