import express from 'express'
import { expressjwt, type Request } from 'express-jwt'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const expressJwt: AttackedLibrary = {
  name: 'express-jwt',
  file: 'express-jwt',
  packages: ['express-jwt', 'jsonwebtoken', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

function withSecret({ secret }: TrustedIssuer) {
  const app = express()
  app.get('/api', expressjwt({ secret, algorithms: ['HS256'] }), (req: Request, res) => {
    res.json({ user: req.auth?.sub })
  })
  return app
}

function withPublicKey({ publicKey }: TrustedIssuer) {
  const app = express()
  app.get('/api', expressjwt({ secret: publicKey, algorithms: ['RS256'] }), (req: Request, res) => {
    res.json({ user: req.auth?.sub })
  })
  return app
}

function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const app = express()
  const guard = expressjwt({
    secret: publicKey,
    algorithms: ['RS256'],
    issuer,
    audience,
    maxAge: '1h',
  })
  app.get('/api', guard, (req: Request, res) => {
    res.json({ user: req.auth?.sub })
  })
  return app
}
