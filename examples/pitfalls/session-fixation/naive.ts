import { randomUUID } from 'node:crypto'
import cookieParser from 'cookie-parser'
import express, { type Request } from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** A browser has a session from its first visit on. The login writes down whose it is. */
export function createApp(secret: string, users: Users) {
  const app = express()
  const sessions = new Map<string, string>()
  app.use(cookieParser())

  const sidOf = (req: Request) => (req.cookies as { sid?: string }).sid ?? randomUUID()
  const tokenFor = (sub: string) => jwt.sign({ sub }, secret, { expiresIn: '10m' })

  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const sid = sidOf(req)
    sessions.set(sid, user.id)
    res.cookie('sid', sid, { httpOnly: true, secure: true, sameSite: 'strict' })
    res.json({ access_token: tokenFor(user.id) })
  })
  app.post('/auth/refresh', (req, res) => {
    const sub = sessions.get(sidOf(req))
    if (sub === undefined) return res.sendStatus(400)
    res.json({ access_token: tokenFor(sub) })
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
