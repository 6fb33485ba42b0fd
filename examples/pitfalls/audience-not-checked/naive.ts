import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** The payroll: its users are those of the company's login, so a token of that login is enough. */
export function createApp(publicKey: string) {
  const app = express()

  app.get('/salary', (req, res) => {
    try {
      const claims = jwt.verify(req.headers.authorization?.split(' ')[1] ?? '', publicKey, {
        algorithms: ['RS256'],
        issuer: 'https://login.example',
      }) as JwtPayload
      res.json({ salaryOf: claims.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
