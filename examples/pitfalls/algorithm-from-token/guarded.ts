import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** Each route says whose tokens it takes, and each issuer has a key that is good for one algorithm. */
export function createApp(publicKey: string, parcelSecret: string) {
  const app = express()

  const audience = 'https://api.example'
  const users = jwtGuard({ issuer: 'https://login.example', audience, publicKey })
  const parcels = jwtGuard({ issuer: 'https://parcels.example', audience, secret: parcelSecret })
  app.get('/account', users, (req, res) => {
    res.json({ accountOf: req.auth.subject })
  })
  app.post('/parcels/:id/delivered', parcels, (req, res) => {
    res.sendStatus(204)
  })
  return app
}
