import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** What is remembered is that the signature is good. Whether the token still counts is judged at every use. */
export function createApp(secret: string, clock: () => number) {
  const app = express()

  app.use(
    jwtGuard({
      issuer: 'https://login.example',
      audience: 'https://api.example',
      secret,
      clock,
      cache: { maxEntries: 1000 }, // there is one without being asked for
    }),
  )
  app.get('/account', (req, res) => {
    res.json({ accountOf: req.auth.subject })
  })
  return app
}
