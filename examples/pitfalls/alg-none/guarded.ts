import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** The algorithm is in the configuration. There is no option that allows `none`. */
export function createApp(secret: string) {
  const app = express()

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))
  app.get('/admin', (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}
