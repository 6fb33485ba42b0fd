import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerRoute } from './answer-route.ts'
import type { Route, RouteRequest } from './route.ts'
import { sendNodeReply } from './send-node-reply.ts'

/** Serves routes as middleware in the form that Connect, Express, Fastify's middie and Nest share. */
export function nodeRoutes(
  routes: readonly Route[],
): (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void {
  return (req, res, next) => {
    const answer = answerRoute(routes, requestOf(req))
    if (answer === undefined) next()
    // What the application hung into its response may fail; that is its own to answer.
    else answer.then((reply) => sendNodeReply(res, reply)).catch(next)
  }
}

function requestOf(req: IncomingMessage): Omit<RouteRequest, 'params'> {
  const { method, url, headers, rawHeaders } = req
  return { method, url, headers, rawHeaders, stream: unreadStreamOf(req), body: bodyOf(req) }
}

function bodyOf(req: object): unknown {
  return (req as { body?: unknown }).body
}

/** Where a parser was not for this media type, it may have left an empty object as `body`, and the stream as it was. */
export function unreadStreamOf(req: IncomingMessage): RouteRequest['stream'] {
  return req.readableDidRead ? undefined : req
}
