import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import express from 'express'
import jwt from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** Times as RFC 7519 wants them: seconds since 1970 in UTC, the same in every zone. */
export function createApp(secret: string, users: Users, clock: () => number) {
  const app = express()
  const trust = { issuer: 'https://api.example', audience: 'https://api.example' }

  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const iat = clock()
    const options = { ...trust, subject: user.id }
    res.json({ access_token: jwt.sign({ iat, exp: iat + 600 }, secret, options) })
  })
  app.use(jwtGuard({ ...trust, secret, clock }))

  app.get('/me', (req, res) => {
    res.json({ name: req.auth.subject })
  })
  return app
}
