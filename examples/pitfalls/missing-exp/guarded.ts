import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** A token has to say when it ends, and that has to be soon. */
export function createApp(secret: string, clock: () => number) {
  const app = express()

  app.use(
    jwtGuard({
      issuer: 'https://login.example',
      audience: 'https://api.example',
      secret,
      maxTokenAge: 3600, // exp is required without being asked for
      clock,
    }),
  )
  app.get('/account', (req, res) => {
    res.json({ accountOf: req.auth.subject })
  })
  return app
}
