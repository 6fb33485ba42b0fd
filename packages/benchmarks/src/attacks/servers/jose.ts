import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'
import { bearer } from '../bearer.ts'

export const jose: AttackedLibrary = {
  name: 'jose',
  file: 'jose',
  packages: ['jose', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a key set', open: withKeySet },
    {
      kind: 'checks',
      algorithm: 'HS256',
      title: 'a secret and all checks',
      open: withSecretAndChecks,
    },
    { kind: 'checks', algorithm: 'RS256', title: 'a key set and all checks', open: withChecks },
  ],
}

function withSecret({ secret, issuer, audience }: TrustedIssuer) {
  const app = express()
  const key = new TextEncoder().encode(secret)
  const guard = bearer(async (token) => (await jwtVerify(token, key, { issuer, audience })).payload)
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}

function withSecretAndChecks({ secret, issuer, audience }: TrustedIssuer) {
  const app = express()
  const key = new TextEncoder().encode(secret)
  const checks = {
    algorithms: ['HS256'],
    issuer,
    audience,
    typ: 'JWT',
    maxTokenAge: '1h',
    requiredClaims: ['exp', 'sub'],
  }
  const guard = bearer(async (token) => (await jwtVerify(token, key, checks)).payload)
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}

function withKeySet({ issuer, audience }: TrustedIssuer) {
  const app = express()
  const keys = createRemoteJWKSet(new URL('/jwks', issuer))
  const guard = bearer(
    async (token) => (await jwtVerify(token, keys, { issuer, audience })).payload,
  )
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}

function withChecks({ issuer, audience }: TrustedIssuer) {
  const app = express()
  const keys = createRemoteJWKSet(new URL('/jwks', issuer))
  const checks = {
    algorithms: ['RS256'],
    issuer,
    audience,
    typ: 'JWT',
    maxTokenAge: '1h',
    requiredClaims: ['exp', 'sub'],
  }
  const guard = bearer(async (token) => (await jwtVerify(token, keys, checks)).payload)
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}
