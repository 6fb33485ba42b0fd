import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import express from 'express'

/** The client reads one of a few fixed sentences. The reason is for the log. */
export function createApp(secret: string) {
  const app = express()

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))
  app.get('/admin', (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}
