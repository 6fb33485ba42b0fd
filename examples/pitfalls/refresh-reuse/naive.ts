import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** Refresh tokens are JWTs with a longer life. Nothing is stored, and every refresh renews them. */
export function createApp(secret: string, users: Users) {
  const app = express()

  const tokensFor = (sub: string) => ({
    access_token: jwt.sign({ sub, aud: 'api' }, secret, { expiresIn: '10m' }),
    refresh_token: jwt.sign({ sub, aud: 'refresh' }, secret, { expiresIn: '30d' }),
  })
  const subjectOf = (token = '', audience: string) =>
    (jwt.verify(token, secret, { algorithms: ['HS256'], audience }) as JwtPayload).sub!

  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    res.json(tokensFor(user.id))
  })
  app.post('/auth/refresh', express.urlencoded(), (req, res) => {
    try {
      const { refresh_token: token } = req.body as { refresh_token?: string }
      res.json(tokensFor(subjectOf(token, 'refresh')))
    } catch {
      res.status(400).json({ error: 'invalid_grant' })
    }
  })
  app.get('/me', (req, res) => {
    try {
      res.json({ name: subjectOf(req.headers.authorization?.split(' ')[1], 'api') })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
