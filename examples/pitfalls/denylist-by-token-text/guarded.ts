import type { KeyObject } from 'node:crypto'
import { createMemoryRevocations, jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import express from 'express'

const issuer = 'https://login.example'

/** What is revoked is the id in the token, and a token has one spelling. */
export function createApp(publicKey: KeyObject) {
  const app = express()
  const revocation = createMemoryRevocations()

  app.use(
    jwtGuard({
      issuer,
      audience: 'https://api.example',
      publicKey,
      requiredClaims: ['jti'],
      revocation,
    }),
  )

  app.post('/logout', ({ auth }, res) => {
    revocation.revoke({ issuer, tokenId: auth.tokenId!, until: auth.expiresAt + 30 })
    res.sendStatus(204)
  })
  app.get('/me', ({ auth }, res) => {
    res.json({ name: auth.subject })
  })
  return app
}
