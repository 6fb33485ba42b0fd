import { guardSuite, type SuiteApp } from '@gatewarden/testing'
import express5, { type ErrorRequestHandler, type Express, type Request } from 'express'
import express4 from 'express-4'
import { type Auth, authorize, jwtGuard } from '../src/index.ts'

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_name, express) => {
  guardSuite((app) => mount(express, app))
})

function mount(express: typeof express5, { guard, routes, forms, answerError }: SuiteApp): Express {
  const app = express()
  if (forms) app.use(express.urlencoded({ extended: true }))
  app.use(jwtGuard(guard, { forwardErrors: answerError !== undefined }))
  for (const { method, path, policy, handle } of routes) {
    const policies = policy === undefined ? [] : [authorize(policy)]
    app[method === 'GET' ? 'get' : 'post'](path, ...policies, (req, res) => {
      res.json(handle((req as Request & { auth?: Auth }).auth))
    })
  }
  if (answerError !== undefined) app.use(answering(answerError))
  return app
}

function answering(answerError: NonNullable<SuiteApp['answerError']>): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    const { status, headers, body } = answerError(error)
    res.status(status).set(headers).end(body)
  }
}
