import express from 'express'
import { createGuard, jwtGuard } from '@gatewarden/express-jwt-guard'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const gatewarden: AttackedLibrary = {
  name: '@gatewarden/express-jwt-guard',
  file: 'gatewarden',
  packages: ['@gatewarden/express-jwt-guard', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'keys by discovery', open: withDiscovery },
  ],
}

function withSecret({ secret, issuer, audience }: TrustedIssuer) {
  const app = express()
  const guard = createGuard({ issuer, audience, secret })
  app.use(jwtGuard(guard))
  app.get('/api', (req, res) => {
    res.json({ user: guard.authOf(req).subject })
  })
  return app
}

function withDiscovery({ issuer, audience }: TrustedIssuer) {
  const app = express()
  const guard = createGuard({ issuer, audience })
  app.use(jwtGuard(guard))
  app.get('/api', (req, res) => {
    res.json({ user: guard.authOf(req).subject })
  })
  return app
}
