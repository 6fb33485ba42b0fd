import express, { type RequestHandler } from 'express'
import jwt from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** The roles are in the token, so no request has to ask the database. */
export function createApp(secret: string, users: Users) {
  const app = express()
  app.use(express.json())

  app.post('/login', (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const claims = { sub: user.id, roles: user.roles }
    res.json({ access_token: jwt.sign(claims, secret, { expiresIn: '7d' }) })
  })

  const requireAdmin: RequestHandler = (req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      const { roles } = jwt.verify(token, secret, { algorithms: ['HS256'] }) as { roles: string[] }
      if (!roles.includes('admin')) return res.sendStatus(403)
    } catch {
      return res.sendStatus(401)
    }
    next()
  }
  app.put('/users/:id/roles', requireAdmin, (req, res) => {
    users.setRoles(req.params.id as string, req.body as string[])
    res.sendStatus(204)
  })
  return app
}
