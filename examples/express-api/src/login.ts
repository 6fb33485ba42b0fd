import { sendReply } from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import type { RequestHandler } from 'express'
import { createLoginLimits } from './login-limits.ts'
import type { Users } from './users.ts'

/** Opens a session for whoever knows name and password. The answer is the same for a wrong one and for an unknown user. */
export function login(issuer: Issuer, users: Users): RequestHandler {
  const limits = createLoginLimits()

  return async (req, res) => {
    const { name, password } = (req.body ?? {}) as { name?: unknown; password?: unknown }
    if (typeof name !== 'string' || typeof password !== 'string') {
      res.status(422).json({ title: 'A login needs a name and a password' })
      return
    }
    // Behind a proxy this is the proxy's address, unless Express is told: app.set('trust proxy', …).
    const address = req.ip ?? ''
    const secondsToWait = await limits.take(address, name)
    if (secondsToWait !== undefined) {
      res.set('Retry-After', String(secondsToWait))
      res.status(429).json({ title: 'Too many tries' })
      return
    }
    const user = await users.authenticate(name, password)
    if (user === undefined) {
      res.status(403).json({ title: 'Name or password is wrong' })
      return
    }
    await limits.giveBack(address, name)
    const tokens = await issuer.openSession({
      subject: user.id,
      scope: user.scopes,
      roles: user.roles,
      amr: ['pwd'],
      device: req.get('User-Agent') ?? 'unknown',
    })
    sendReply(res, issuer.reply(tokens))
  }
}
