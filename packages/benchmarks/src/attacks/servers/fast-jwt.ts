import express from 'express'
import { createVerifier } from 'fast-jwt'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'
import { bearer } from '../bearer.ts'

export const fastJwt: AttackedLibrary = {
  name: 'fast-jwt',
  file: 'fast-jwt',
  packages: ['fast-jwt', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

function withSecret({ secret }: TrustedIssuer) {
  const app = express()
  app.get('/api', bearer(createVerifier({ key: secret })), (req, res) => {
    res.json(req.user)
  })
  return app
}

function withPublicKey({ publicKey }: TrustedIssuer) {
  const app = express()
  app.get('/api', bearer(createVerifier({ key: publicKey })), (req, res) => {
    res.json(req.user)
  })
  return app
}

function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const app = express()
  const verify = createVerifier({
    key: publicKey,
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iat', 'iss', 'aud', 'sub'],
    maxAge: 3_600_000,
    checkTyp: 'JWT',
  })
  app.get('/api', bearer(verify), (req, res) => {
    res.json(req.user)
  })
  return app
}
