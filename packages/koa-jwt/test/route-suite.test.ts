import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { type RouteApp, routeSuite } from '@gatewarden/testing'
import Koa3 from 'koa'
import Koa2 from 'koa-2'
import { authRoutes, csrfGuard, sendReply } from '../src/index.ts'

describe.each([
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_name, Koa) => {
  routeSuite((app) => mount(Koa, app))
})

function mount(Koa: typeof Koa3, { issuer, parsers, handlers }: RouteApp) {
  const app = new Koa()
  app.silent = true
  if (parsers) app.use(bodyParser({ enableTypes: ['form', 'json'] }))
  app.use(authRoutes(issuer))
  const router = new Router()
  for (const { method, path, origins, handle } of handlers) {
    const guards = origins === undefined ? [] : [csrfGuard({ origins })]
    router.register(path, [method], [...guards, (ctx) => sendReply(ctx, handle())])
  }
  app.use(router.routes())
  return app.callback()
}
