import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** Any text is a secret, and one that can be remembered need not be looked up. */
export function createApp(secret: string) {
  const app = express()
  const issuer = 'https://api.example'
  const audience = 'https://api.example'

  app.post('/guests', (req, res) => {
    res.json({
      token: jwt.sign({ sub: 'guest', roles: [] }, secret, { issuer, audience, expiresIn: '10m' }),
    })
  })
  app.get('/admin', (req, res) => {
    try {
      const token = req.headers.authorization?.split(' ')[1] ?? ''
      const options = { algorithms: ['HS256' as const], issuer, audience }
      const { sub, roles } = jwt.verify(token, secret, options) as JwtPayload & { roles: string[] }
      if (!roles.includes('admin')) return res.sendStatus(403)
      res.json({ welcome: sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
