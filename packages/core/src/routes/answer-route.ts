import { logFailure } from '../events.ts'
import { findRoute } from './find-route.ts'
import { problemReply } from './problem-reply.ts'
import type { Route, RouteReply, RouteRequest } from './route.ts'

/**
 * The answer of the route that a request is for; undefined where it is for the application: none of the routes has its
 * path, or its method is OPTIONS, which belongs to the application's CORS. Never rejects.
 */
export function answerRoute(
  routes: readonly Route[],
  request: Omit<RouteRequest, 'params'>,
): Promise<RouteReply> | undefined {
  if (request.method === 'OPTIONS') return undefined
  const found = findRoute(routes, request.method, request.url)
  if (found === undefined) return undefined
  if ('route' in found) return handle(found.route, { ...request, params: found.params })
  const allow = found.allow.join(', ')
  return Promise.resolve(problemReply(405, `This address answers ${allow} only.`, { allow }))
}

async function handle(route: Route, request: RouteRequest): Promise<RouteReply> {
  try {
    return await route.handle(request)
  } catch (cause) {
    // Routes answer whatever goes wrong. Should one fail to, it is not the client's fault.
    logFailure(`${route.method} ${route.path} failed`, cause)
    return problemReply(503, 'The request cannot be answered now.', { 'retry-after': '5' })
  }
}
