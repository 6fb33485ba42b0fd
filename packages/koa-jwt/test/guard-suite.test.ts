import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { guardSuite, type SuiteApp } from '@gatewarden/testing'
import Koa3, { type Middleware } from 'koa'
import Koa2 from 'koa-2'
import { authorize, jwtGuard } from '../src/index.ts'

describe.each([
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_name, Koa) => {
  guardSuite((app) => mount(Koa, app))
})

function mount(Koa: typeof Koa3, { guard, routes, forms, answerError }: SuiteApp) {
  const app = new Koa()
  app.silent = true
  if (answerError !== undefined) app.use(answering(answerError))
  if (forms) app.use(bodyParser({ enableTypes: ['form'] }))
  app.use(jwtGuard(guard, { forwardErrors: answerError !== undefined }))
  const router = new Router()
  for (const { method, path, policy, handle } of routes) {
    const policies = policy === undefined ? [] : [authorize(policy)]
    router[method === 'GET' ? 'get' : 'post'](path, ...policies, (ctx) => {
      ctx.body = handle(ctx.state.auth)
    })
  }
  app.use(router.routes())
  return app.callback()
}

function answering(answerError: NonNullable<SuiteApp['answerError']>): Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { status, headers, body } = answerError(error)
      ctx.status = status
      ctx.set({ ...headers })
      ctx.body = body
    }
  }
}
