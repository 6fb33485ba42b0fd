import express from 'express'
import { jwtGuard, requireRoles } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import jwt from 'jsonwebtoken'

/** A secret that somebody could think of does not start. */
export function createApp(secret: string) {
  const app = express()
  const issuer = 'https://api.example'
  const audience = 'https://api.example'
  const guard = jwtGuard({ issuer, audience, secret })

  app.post('/guests', (req, res) => {
    res.json({
      token: jwt.sign({ sub: 'guest', roles: [] }, secret, { issuer, audience, expiresIn: '10m' }),
    })
  })
  app.get('/admin', guard, requireRoles('admin'), (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}
