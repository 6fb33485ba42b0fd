import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** Where the keys are is in the configuration, and nowhere else. */
export function createApp({ issuer, jwksUri }: { issuer: string; jwksUri: string }) {
  const app = express()

  app.use(jwtGuard({ issuer, audience: 'https://api.example', jwksUri }))
  app.get('/admin', (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}
