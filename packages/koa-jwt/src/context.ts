import { IncomingMessage, type ServerResponse } from 'node:http'
import type { GuardRequest } from '@gatewarden/core'

/** What the guard uses of a Koa context; that of Koa 3 and of Koa 2 fit it. */
export interface Context {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Koa's own request, where body parsers put the body. */
  readonly request: object
  state: unknown
  status: number
  body: unknown
  set(headers: { [name: string]: string }): void
}

/** Middleware in the form Koa 3 and 2 share; their own context types fit it. */
export type Middleware = (context: Context, next: () => Promise<unknown>) => Promise<unknown>

/** What a guard reads of a request: Node's own, but Koa's body. */
export function requestOf({ req, request }: Context): GuardRequest {
  const { method, url, headers, rawHeaders } = req
  return { method, url, headers, rawHeaders, body: (request as { body?: unknown }).body }
}

/** What Koa calls middleware with, instead of options. */
export function isContext(given: unknown): boolean {
  return (given as Partial<Context> | undefined)?.req instanceof IncomingMessage
}
