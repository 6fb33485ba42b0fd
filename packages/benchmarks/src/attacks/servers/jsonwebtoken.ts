import express from 'express'
import jwt from 'jsonwebtoken'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'
import { bearer } from '../bearer.ts'

export const jsonwebtoken: AttackedLibrary = {
  name: 'jsonwebtoken',
  file: 'jsonwebtoken',
  packages: ['jsonwebtoken', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

function withSecret({ secret }: TrustedIssuer) {
  const app = express()
  app.get(
    '/api',
    bearer((token) => jwt.verify(token, secret)),
    (req, res) => {
      res.json(req.user)
    },
  )
  return app
}

function withPublicKey({ publicKey }: TrustedIssuer) {
  const app = express()
  app.get(
    '/api',
    bearer((token) => jwt.verify(token, publicKey)),
    (req, res) => {
      res.json(req.user)
    },
  )
  return app
}

function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const app = express()
  const checks = { algorithms: ['RS256' as const], issuer, audience, maxAge: '1h' }
  app.get(
    '/api',
    bearer((token) => jwt.verify(token, publicKey, checks)),
    (req, res) => {
      res.json(req.user)
    },
  )
  return app
}
