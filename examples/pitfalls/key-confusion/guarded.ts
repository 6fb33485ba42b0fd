import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import { readPublicKey } from './read-public-key.ts'

/** A public key verifies signatures, and is never the secret of anything. */
export function createApp(keyFile: Buffer) {
  const app = express()

  const publicKey = readPublicKey(keyFile)
  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', publicKey }))
  app.get('/admin', (req, res) => {
    res.json({ welcome: req.auth.subject })
  })
  return app
}
