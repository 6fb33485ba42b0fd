import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const expressOauth2JwtBearer: AttackedLibrary = {
  name: 'express-oauth2-jwt-bearer',
  file: 'express-oauth2-jwt-bearer',
  packages: ['express-oauth2-jwt-bearer', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'keys by discovery', open: withDiscovery },
    {
      kind: 'checks',
      algorithm: 'RS256',
      title: 'keys by discovery and all checks',
      open: withChecks,
      claims: { client_id: 'web' },
      header: { typ: 'at+jwt' },
    },
  ],
}

function withSecret({ secret, issuer, audience }: TrustedIssuer) {
  const app = express()
  app.use(auth({ issuer, audience, secret, tokenSigningAlg: 'HS256' }))
  app.get('/api', (req, res) => {
    res.json({ user: req.auth?.payload.sub })
  })
  return app
}

function withDiscovery({ issuer, audience }: TrustedIssuer) {
  const app = express()
  app.use(auth({ issuerBaseURL: issuer, audience }))
  app.get('/api', (req, res) => {
    res.json({ user: req.auth?.payload.sub })
  })
  return app
}

function withChecks({ issuer, audience }: TrustedIssuer) {
  const app = express()
  const guard = auth({
    issuerBaseURL: issuer,
    audience,
    tokenSigningAlg: 'RS256',
    strict: true,
    maxTokenAge: 3600,
    clockTolerance: 5,
    dpop: { enabled: false },
  })
  app.use(guard)
  app.get('/api', (req, res) => {
    res.json({ user: req.auth?.payload.sub })
  })
  return app
}
