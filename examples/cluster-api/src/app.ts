import '@gatewarden/express-jwt-guard/augment'
import {
  authRoutes,
  createGuard,
  csrfGuard,
  jwtGuard,
  requireRoles,
} from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import express, { type Express } from 'express'
import { login } from './login.ts'

/** The API of one worker. Nothing in it knows of the others. */
export function createApp({
  issuer,
  passwordHash,
}: {
  issuer: Issuer
  passwordHash: string
}): Express {
  const app = express()
  const guard = createGuard(issuer.trust())
  let answered = 0

  // So that one can see who answers.
  app.use((_req, res, next) => {
    res.set('X-Worker', String(process.pid))
    next()
  })

  // 503 when this worker has not heard for a while what the others revoked.
  app.get('/health', (_req, res) => {
    const { state, lag } = guard.health().revocation!
    res.status(state === 'fresh' ? 200 : 503).json({ state, lag, answered })
  })

  // Login, refresh, logout here and everywhere, sessions, public keys.
  app.post('/login', csrfGuard(), express.json({ limit: '2kb' }), login(issuer, passwordHash))
  app.use(authRoutes(issuer))

  // From here on, no request passes without a valid access token, and none with one that was revoked.
  app.use(jwtGuard(guard))

  app.get('/me', ({ auth }, res) => {
    answered++
    res.json({ subject: auth.subject, worker: process.pid })
  })

  // For when a signing key has come into the wrong hands: what it signed counts for no worker any more.
  app.delete('/keys/:kid', requireRoles('admin'), async ({ params }, res) => {
    res.status((await issuer.keys.revoke(String(params.kid))) ? 204 : 404).end()
  })

  return app
}
