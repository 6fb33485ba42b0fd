import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** Verifying takes time, so a token that was found good is remembered. */
export function createApp(secret: string, clock: () => number) {
  const app = express()
  const verified = new Map<string, JwtPayload>()

  function verify(token: string): JwtPayload {
    const claims =
      verified.get(token) ??
      (jwt.verify(token, secret, {
        algorithms: ['HS256'],
        issuer: 'https://login.example',
        audience: 'https://api.example',
        clockTimestamp: clock(),
      }) as JwtPayload)
    verified.set(token, claims)
    return claims
  }

  app.get('/account', (req, res) => {
    try {
      res.json({ accountOf: verify(req.headers.authorization?.split(' ')[1] ?? '').sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
