import type { IncomingMessage } from 'node:http'
import type { Route } from '@gatewarden/core'
import { answerRoute, nodeRoutes, unreadStreamOf } from '@gatewarden/core/kit'
import { type FastifyReply, sendReply } from './send-reply.ts'

/** What is used of Nest's `HttpAdapter`. */
export interface RoutesHost {
  getType(): string
  getInstance(): unknown
  use(middleware: ReturnType<typeof nodeRoutes>): unknown
}

interface Fastify {
  register(plugin: (instance: Fastify, options: object, done: () => void) => void): unknown
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void,
  ): unknown
}

interface FastifyRequest {
  readonly raw: IncomingMessage
}

/**
 * Mounts routes in front of those of the application. Not through Nest's `MiddlewareConsumer`, which puts the global
 * prefix before every path.
 */
export function mountRoutes(host: RoutesHost, routes: readonly Route[]): void {
  if (host.getType() === 'fastify') mountOnFastify(host.getInstance() as Fastify, routes)
  else host.use(nodeRoutes(routes))
}

/**
 * As a hook, not as middleware: that would answer past Fastify, without the header fields that its plugins for CORS,
 * cookies and the like set, and unseen by its log. The hook runs before Fastify reads a body.
 */
function mountOnFastify(fastify: Fastify, routes: readonly Route[]): void {
  const plugin = (instance: Fastify, _options: object, done: () => void) => {
    instance.addHook('onRequest', ({ raw }, reply, next) => {
      const answer = answerRoute(routes, requestOf(raw))
      if (answer === undefined) next()
      else answer.then((sent) => sendReply(reply, sent)).catch(next)
    })
    done()
  }
  // Fastify's own mark for what is to work on all of the application. Registered rather than added at once, it runs after
  // the plugins that were registered before.
  fastify.register(Object.assign(plugin, { [Symbol.for('skip-override')]: true }))
}

function requestOf(raw: IncomingMessage) {
  const { method, url, headers, rawHeaders } = raw
  return { method, url, headers, rawHeaders, stream: unreadStreamOf(raw) }
}
