import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** The ID token is signed by our provider and made for our application: that is who may call its API. */
export function createApp(publicKey: string, accounts: Set<string>) {
  const app = express()

  app.delete('/account', (req, res) => {
    try {
      const { sub } = jwt.verify(req.headers.authorization?.split(' ')[1] ?? '', publicKey, {
        algorithms: ['RS256'],
        issuer: 'https://login.example',
        audience: ['https://api.example', 'web-app'],
      }) as JwtPayload
      accounts.delete(sub!)
      res.sendStatus(204)
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
