import {
  Controller,
  Get,
  type INestApplication,
  Options,
  Post,
  Res,
  type Type,
  UseGuards,
} from '@nestjs/common'
import type { RequestListener, ServerResponse, Server } from 'node:http'
import { type RouteApp, routeSuite } from '@gatewarden/testing'
import { AuthRoutesModule, CsrfGuard, sendReply } from '../src/index.ts'
import { decorate, platforms, start } from './start.ts'

describe.each(platforms)('Nest on %s', (name, createAdapter) => {
  // Fastify reads bodies after the routes had their turn, whatever its parsers are.
  const parsers = name === 'Express' ? 'both' : 'never'
  routeSuite(
    async ({ issuer, handlers, parsers }) => {
      const app = await start(
        {
          imports: [AuthRoutesModule.forRoot(issuer)],
          controllers: [controllerOf(handlers)],
        },
        createAdapter,
        () => undefined,
        { bodyParser: parsers || name === 'Fastify' },
      )
      return { server: serverOf(app), close: () => app.close() }
    },
    { parsers },
  )
})

function serverOf(app: INestApplication): RequestListener | Server {
  const instance: unknown = app.getHttpAdapter().getInstance()
  return typeof instance === 'function'
    ? (instance as RequestListener)
    : (app.getHttpServer() as Server)
}

function controllerOf(handlers: RouteApp['handlers']): Type<unknown> {
  class OwnController {}
  Controller()(OwnController)
  const verbs = { GET: Get, POST: Post, OPTIONS: Options }
  for (const { method, path, origins, handle } of handlers) {
    const name = `${method} ${path}`
    const value = (response: ServerResponse) => sendReply(response, handle())
    Object.defineProperty(OwnController.prototype, name, { value, configurable: true })
    const guards = origins === undefined ? [] : [UseGuards(guardOf(origins))]
    decorate(OwnController, name, verbs[method](path), ...guards)
    Res()(OwnController.prototype, name, 0)
  }
  return OwnController
}

function guardOf(origins: readonly string[]) {
  return origins.length === 0 ? CsrfGuard : CsrfGuard.with({ origins })
}
