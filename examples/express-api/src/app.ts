import '@gatewarden/express-jwt-guard/augment'
import {
  authRoutes,
  csrfGuard,
  jwtGuard,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import express, { type Express, type Request } from 'express'
import { login } from './login.ts'
import { createNotes } from './notes.ts'
import type { Users } from './users.ts'

export interface ApiParts {
  readonly issuer: Issuer
  readonly users: Users
  /** Where its pages are, when that is another origin: those that the issuer has, too. */
  readonly origins?: readonly string[]
}

/** The API, with what server.ts or a test gives it. */
export function createApp({ issuer, users, origins = [] }: ApiParts): Express {
  const app = express()
  const notes = createNotes()

  // Public: everything mounted before the guard.
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' })
  })

  // Login, refresh, logout, sessions, public keys.
  app.post('/login', csrfGuard({ origins }), express.json({ limit: '2kb' }), login(issuer, users))
  app.use(authRoutes(issuer))

  // From here on, no request passes without a valid access token.
  app.use(jwtGuard(issuer.trust()))
  app.use(express.json())

  // Any user.
  app.get('/me', ({ auth }, res) => {
    res.json({ subject: auth.subject, scopes: auth.scopes, roles: auth.roles })
  })

  // A scope: what the user let this application do. A client may choose its id, so its notes are not a user's.
  app.post('/notes', requireScopes('notes:write'), requireUser(), ({ auth, body }, res) => {
    const { text } = (body ?? {}) as { text?: unknown }
    if (typeof text !== 'string' || text === '') {
      res.status(422).json({ title: 'A note needs a text' })
      return
    }
    res.status(201).json(notes.add(auth.subject!, text))
  })

  // The user's own resources only. A client's token is refused even if its id reads like a user's.
  const isOwner = requirePredicate(
    'own notes',
    ({ kind, subject }, { params }: Request) => kind === 'user' && subject === params.user,
  )
  app.get('/users/:user/notes', requireScopes('notes:read'), isOwner, ({ params }, res) => {
    res.json(notes.of(params.user))
  })

  // A role: what the user is.
  app.delete('/notes/:id', requireRoles('admin'), ({ params }, res) => {
    res.status(notes.remove(Number(params.id)) ? 204 : 404).end()
  })

  return app
}
