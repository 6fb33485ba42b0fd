import { authRoutes, csrfGuard, jwtGuard, sendReply } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import { createIssuer } from '@gatewarden/issuer'
import express from 'express'
import type { Users } from '../users.ts'

/** Every login opens a session of its own. Nothing that the browser brought along has a part in it. */
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
  app.use(authRoutes(issuer))
  app.use(jwtGuard(issuer.trust()))

  app.get('/me', (req, res) => {
    res.json({ name: req.auth.subject })
  })
  return app
}
