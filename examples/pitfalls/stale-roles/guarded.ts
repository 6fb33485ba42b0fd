import {
  authRoutes,
  csrfGuard,
  jwtGuard,
  requireRoles,
  sendReply,
} from '@gatewarden/express-jwt-guard'
import { createIssuer } from '@gatewarden/issuer'
import express from 'express'
import type { Users } from '../users.ts'

/** Roles are in a token of ten minutes. They are asked for at every refresh, and a change ends what was issued before. */
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
    const tokens = await issuer.openSession({ subject: user.id, roles: [...user.roles] })
    sendReply(res, issuer.reply(tokens))
  })
  app.use(authRoutes(issuer))
  app.use(jwtGuard(issuer.trust()))

  app.put('/users/:id/roles', requireRoles('admin'), express.json(), async (req, res) => {
    const { id } = req.params
    users.setRoles(id, req.body as string[])
    await issuer.revokeSessions(id)
    res.sendStatus(204)
  })
  return app
}
