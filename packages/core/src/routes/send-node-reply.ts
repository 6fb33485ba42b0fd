import type { ServerResponse } from 'node:http'
import type { RouteReply } from './route.ts'

/** Sends the answer of a route, unless another was begun, or the client is gone. */
export function sendNodeReply(res: ServerResponse, { status, headers, body }: RouteReply): void {
  // While the route waited for its store, a time-out of the application may have answered.
  if (res.headersSent || res.destroyed) return
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) {
    if (isAddedTo(name)) res.appendHeader(name, value)
    else res.setHeader(name, value)
  }
  // Node leaves it out of an answer to HEAD.
  res.end(body)
}

/** True for a field that the application may have set before, whose values both count: its own cookies, its CORS. */
export function isAddedTo(name: string): boolean {
  return name === 'set-cookie' || name === 'vary'
}
