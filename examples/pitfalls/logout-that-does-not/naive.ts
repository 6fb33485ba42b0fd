import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** Tokens need no state on the server, so logging out is the client's business. */
export function createApp(secret: string, users: Users) {
  const app = express()

  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    res.json({ access_token: jwt.sign({ sub: user.id }, secret, { expiresIn: '1d' }) })
  })
  app.post('/auth/logout', (_req, res) => {
    // The client forgets its token.
    res.sendStatus(204)
  })

  app.get('/me', (req, res) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      const claims = jwt.verify(token, secret, { algorithms: ['HS256'] }) as JwtPayload
      res.json({ name: claims.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
