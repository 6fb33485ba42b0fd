import express from 'express'
import { jwtGuard, requireRoles } from '@gatewarden/express-jwt-guard'

/** Roles are a list, and what is none holds no role. */
export function createApp(secret: string, users: Set<string>) {
  const app = express()

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))
  app.delete('/users/:user', requireRoles('admin'), (req, res) => {
    users.delete(req.params.user)
    res.sendStatus(204)
  })
  return app
}
