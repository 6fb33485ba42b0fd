import express from 'express'
import { jwtGuard, requireScopes } from '@gatewarden/express-jwt-guard'

/** A scope is a word of the list, the whole word. */
export function createApp(secret: string) {
  const app = express()

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))
  app.get('/orders', requireScopes('orders:read'), (req, res) => {
    res.json({ orders: ["Alice's", "Bob's"] })
  })
  return app
}
