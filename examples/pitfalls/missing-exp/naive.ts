import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** jsonwebtoken checks exp, so tokens expire. */
export function createApp(secret: string, clock: () => number) {
  const app = express()

  app.get('/account', (req, res) => {
    try {
      const claims = jwt.verify(req.headers.authorization?.split(' ')[1] ?? '', secret, {
        algorithms: ['HS256'],
        issuer: 'https://login.example',
        audience: 'https://api.example',
        clockTimestamp: clock(),
      }) as JwtPayload
      res.json({ accountOf: claims.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
