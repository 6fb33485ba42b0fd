import { type RouteApp, routeSuite } from '@gatewarden/testing'
import express5, { type Express } from 'express'
import express4 from 'express-4'
import { authRoutes, csrfGuard, sendReply } from '../src/index.ts'

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_name, express) => {
  routeSuite((app) => mount(express, app))
})

function mount(express: typeof express5, { issuer, parsers, handlers }: RouteApp): Express {
  const app = express()
  if (parsers) app.use(express.urlencoded({ extended: true }), express.json())
  app.use(authRoutes(issuer))
  for (const { method, path, origins, handle } of handlers) {
    const guards = origins === undefined ? [] : [csrfGuard({ origins })]
    const verb = method.toLowerCase() as Lowercase<typeof method>
    app[verb](path, ...guards, (_req, res) => sendReply(res, handle()))
  }
  return app
}
