import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** Times as they are on the wall, so that they read like those in the log. */
export function createApp(secret: string, users: Users, clock: () => number) {
  const app = express()

  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const iat = localTime(clock())
    const claims = { iss: 'https://api.example', aud: 'https://api.example', sub: user.id }
    res.json({ access_token: jwt.sign({ ...claims, iat, exp: iat + 600 }, secret) })
  })

  app.get('/me', (req, res) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      const options: jwt.VerifyOptions = { algorithms: ['HS256'], clockTimestamp: clock() }
      const claims = jwt.verify(token, secret, options) as JwtPayload
      res.json({ name: claims.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}

function localTime(seconds: number) {
  return seconds - new Date(seconds * 1000).getTimezoneOffset() * 60
}
