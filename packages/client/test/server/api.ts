import {
  authRoutes,
  csrfGuard,
  jwtGuard,
  requireScopes,
  sendReply,
} from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import cors from 'cors'
import express, { type Express } from 'express'
import type { Faults } from './faults.ts'

export const PASSWORD = 'correct horse battery staple'

interface Credentials {
  readonly name: string
  readonly password: string
  readonly client?: string
}

export interface ApiParts {
  readonly issuer: Issuer
  readonly faults: Faults
  /** The page's, where it is not the API's own. */
  readonly pageOrigin: string | undefined
  /** Of the server that must not get a token. */
  readonly foreignOrigin: string
}

/** What a page can do with the API, each in the way that matters to the client. */
export function mountApi(
  app: Express,
  { issuer, faults, pageOrigin, foreignOrigin }: ApiParts,
): void {
  const origins = pageOrigin === undefined ? [] : [pageOrigin]
  if (pageOrigin !== undefined) {
    app.use(cors({ origin: pageOrigin, credentials: true, exposedHeaders: ['WWW-Authenticate'] }))
  }

  app.use(faults.middleware)

  app.post('/login', csrfGuard({ origins }), express.json(), async (req, res) => {
    const { name, password, client = 'web' } = req.body as Credentials
    if (password !== PASSWORD) {
      res.status(403).json({ title: 'Name or password is wrong' })
      return
    }
    const tokens = await issuer.openSession({ subject: name, client, scope: 'notes' })
    sendReply(res, issuer.reply(tokens))
  })
  app.use(authRoutes(issuer))

  app.all('/echo', (req, res) => {
    res.json({ authorization: req.get('authorization') ?? null })
  })
  app.get('/away', (_req, res) => {
    res.redirect(`${foreignOrigin}/echo`)
  })
  // It is done, and where it says to look next wants a token.
  app.post('/pay', (_req, res) => {
    res.redirect(303, '/me')
  })
  // RFC 9470 §3: the token is good, and the user must do more.
  app.get('/step-up', (_req, res) => {
    res.set('WWW-Authenticate', 'Bearer error="insufficient_user_authentication", max_age="60"')
    res.status(401).end()
  })
  // What a clock or a key gone wrong looks like: every token is refused.
  app.all('/never', (_req, res) => {
    res.set('WWW-Authenticate', 'Bearer realm="api", error="invalid_token"').status(401).end()
  })

  app.use(jwtGuard(issuer.trust()))
  app.get('/me', (req, res) => {
    res.json({ subject: (req as { auth?: { subject?: string } }).auth?.subject })
  })
  app.get('/admin', requireScopes('admin'), (_req, res) => {
    res.end()
  })
  app.all('/notes', express.text({ type: () => true }), (req, res) => {
    res.status(201).send(req.body)
  })
}
