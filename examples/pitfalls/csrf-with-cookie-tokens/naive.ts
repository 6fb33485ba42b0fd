import cookieParser from 'cookie-parser'
import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** The token is in an httpOnly cookie, where no script can steal it. */
export function createApp(secret: string, users: Users, transfers: object[]) {
  const app = express()
  app.use(cookieParser(), express.json(), express.urlencoded())

  app.get('/', (_req, res) => {
    res.send('<h1>The bank</h1>')
  })
  app.post('/login', (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const token = jwt.sign({ sub: user.id }, secret, { expiresIn: '1h' })
    res.cookie('token', token, { httpOnly: true }).sendStatus(204)
  })

  app.post('/transfers', (req, res) => {
    const { token = '' } = req.cookies as { token?: string }
    try {
      const claims = jwt.verify(token, secret, { algorithms: ['HS256'] }) as JwtPayload
      const { to, amount } = req.body as { to: string; amount: string }
      transfers.push({ from: claims.sub, to, amount })
      res.sendStatus(201)
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
