import express, { type Request } from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

interface User extends JwtPayload {
  readonly exp: number
  readonly roles: string[]
}

type Authenticated<R = Request> = R & { user: User }

const expected: jwt.VerifyOptions = {
  algorithms: ['HS256'],
  issuer: 'https://login.example',
  audience: 'https://api.example',
}

/** Verifying takes time, so a token that was verified once is looked up, with the user it stands for. */
export function createApp(secret: string, owners: Map<string, string>) {
  const app = express()
  const verified = new Map<string, User>()

  app.use((req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      const user = verified.get(token) ?? (jwt.verify(token, secret, expected) as User)
      if (user.exp * 1000 < Date.now()) return res.sendStatus(401)
      verified.set(token, user)
      Object.assign(req, { user })
    } catch {
      return res.sendStatus(401)
    }
    next()
  })

  app.use('/projects/:id', (req, _res, next) => {
    const { user, params } = req as Authenticated<typeof req>
    if (owners.get(params.id) === user.sub) user.roles.push('owner')
    next()
  })
  app.get('/projects/:id', (req, res) => {
    res.json({ owner: owners.get(req.params.id) })
  })
  app.delete('/projects/:id', (req, res) => {
    const { user, params } = req as Authenticated<typeof req>
    if (!user.roles.includes('owner')) return res.sendStatus(403)
    owners.delete(params.id)
    res.sendStatus(204)
  })
  return app
}
