import '@gatewarden/koa-jwt/augment'
import {
  authRoutes,
  csrfGuard,
  jwtGuard,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from '@gatewarden/koa-jwt'
import type { Issuer } from '@gatewarden/issuer'
import { bodyParser } from '@koa/bodyparser'
import Router, { type RouterContext } from '@koa/router'
import Koa from 'koa'
import { login } from './login.ts'
import { createNotes } from './notes.ts'
import type { Users } from './users.ts'

/** The API, with what server.ts or a test gives it. */
export function createApp({ issuer, users }: { issuer: Issuer; users: Users }): Koa {
  const app = new Koa()
  const notes = createNotes()

  // Public: everything mounted before the guard.
  const open = new Router()
  open.get('/health', (ctx) => {
    ctx.body = { status: 'ok' }
  })

  // Login, refresh, logout, sessions, public keys.
  const readLogin = bodyParser({ enableTypes: ['json'], jsonLimit: '2kb' })
  open.post('/login', csrfGuard(), readLogin, login(issuer, users))
  app.use(open.routes())
  app.use(authRoutes(issuer))

  // From here on, no request passes without a valid access token.
  app.use(jwtGuard(issuer.trust()))
  app.use(bodyParser({ enableTypes: ['json'] }))

  const router = new Router()

  // Any user.
  router.get('/me', (ctx) => {
    const { subject, scopes, roles } = ctx.state.auth
    ctx.body = { subject, scopes, roles }
  })

  // A scope: what the user let this application do. A client may choose its id, so its notes are not a user's.
  router.post('/notes', requireScopes('notes:write'), requireUser(), (ctx) => {
    const { text } = (ctx.request.body ?? {}) as { text?: unknown }
    if (typeof text !== 'string' || text === '') {
      ctx.status = 422
      ctx.body = { title: 'A note needs a text' }
      return
    }
    ctx.status = 201
    ctx.body = notes.add(ctx.state.auth.subject!, text)
  })

  // The user's own resources only. A client's token is refused even if its id reads like a user's.
  const isOwner = requirePredicate(
    'own notes',
    ({ kind, subject }, { params }: RouterContext) => kind === 'user' && subject === params.user,
  )
  router.get('/users/:user/notes', requireScopes('notes:read'), isOwner, (ctx) => {
    const { user = '' } = ctx.params
    ctx.body = notes.of(user)
  })

  // A role: what the user is.
  router.delete('/notes/:id', requireRoles('admin'), (ctx) => {
    ctx.status = notes.remove(Number(ctx.params.id)) ? 204 : 404
  })

  app.use(router.routes())
  app.use(router.allowedMethods())
  return app
}
