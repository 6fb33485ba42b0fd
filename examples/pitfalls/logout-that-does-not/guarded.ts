import { authRoutes, csrfGuard, jwtGuard, sendReply } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import { createIssuer } from '@gatewarden/issuer'
import express from 'express'
import type { Users } from '../users.ts'

/** A login is a session. Logging out ends it, and the guard asks for every token whether its session has ended. */
export function createApp(secret: string, users: Users) {
  const app = express()
  const issuer = createIssuer({
    issuer: 'https://app.example',
    audience: 'https://app.example',
    secret,
    onRefresh: ({ subject }) => users.grantOf(subject),
  })

  app.post('/login', csrfGuard(), express.json(), async (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    sendReply(res, issuer.reply(await issuer.openSession({ subject: user.id })))
  })
  app.use(authRoutes(issuer)) // POST /auth/logout, among others
  app.use(jwtGuard(issuer.trust()))

  app.get('/me', (req, res) => {
    res.json({ name: req.auth.subject })
  })
  return app
}
