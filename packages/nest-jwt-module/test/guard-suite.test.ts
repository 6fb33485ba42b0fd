import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpCode,
  type HttpException,
  type INestApplication,
  Post,
  type Type,
} from '@nestjs/common'
import type { RequestListener, Server } from 'node:http'
import { guardSuite, type SuiteApp } from '@gatewarden/testing'
import { type Auth, Authorize, CurrentAuth, JwtGuardModule } from '../src/index.ts'
import { decorate, platforms, start } from './start.ts'

describe.each(platforms)('Nest on %s', (_name, createAdapter) => {
  guardSuite(async ({ guard, routes, answerError }) => {
    const app = await start(
      {
        imports: [JwtGuardModule.forRoot({ ...guard, globalGuard: true })],
        controllers: [controllerOf(routes)],
      },
      createAdapter,
      (app) => answerError && app.useGlobalFilters(answering(answerError)),
    )
    return { server: serverOf(app), close: () => app.close() }
  })
})

/** Express's app is a listener, and gets a server that lets oversize tokens through; Fastify has one. */
function serverOf(app: INestApplication): RequestListener | Server {
  const instance: unknown = app.getHttpAdapter().getInstance()
  return typeof instance === 'function'
    ? (instance as RequestListener)
    : (app.getHttpServer() as Server)
}

function controllerOf(routes: SuiteApp['routes']): Type<unknown> {
  class SuiteController {}
  Controller()(SuiteController)
  for (const { method, path, policy, handle } of routes) {
    const name = `${method} ${path}`
    const value = (auth: Auth | undefined) => handle(auth)
    Object.defineProperty(SuiteController.prototype, name, { value, configurable: true })
    const policies = policy === undefined ? [] : [Authorize(policy)]
    decorate(
      SuiteController,
      name,
      method === 'GET' ? Get(path) : Post(path),
      HttpCode(200),
      ...policies,
    )
    CurrentAuth()(SuiteController.prototype, name, 0)
  }
  return SuiteController
}

function answering(answerError: NonNullable<SuiteApp['answerError']>): ExceptionFilter {
  class OwnErrors implements ExceptionFilter {
    catch({ cause }: HttpException, host: ArgumentsHost) {
      const { status, headers, body } = answerError(cause)
      const response = host.switchToHttp().getResponse<Response>()
      response.status(status)
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      response.send(body)
    }
  }
  Catch()(OwnErrors)
  return new OwnErrors()
}

/** What Express and Fastify have in common. */
interface Response {
  status(status: number): unknown
  header(name: string, value: string): unknown
  send(body: string): unknown
}
