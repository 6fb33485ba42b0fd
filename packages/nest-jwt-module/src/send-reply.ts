import type { ServerResponse } from 'node:http'
import type { RouteReply } from '@gatewarden/core'
import { isAddedTo, sendNodeReply } from '@gatewarden/core/kit'

/** What is used of a reply of Fastify. */
export interface FastifyReply {
  readonly raw: ServerResponse
  readonly sent: boolean
  code(status: number): unknown
  getHeader(name: string): number | string | string[] | undefined
  removeHeader(name: string): unknown
  header(name: string, value: unknown): unknown
  send(body?: unknown): unknown
}

/**
 * Answers with what `issuer.reply(tokens)` gave, on Express and on Fastify: for a handler that takes `@Res() response`.
 * Nothing is sent where another answer was begun, or the client is gone.
 */
export function sendReply(response: ServerResponse | FastifyReply, reply: RouteReply): void {
  if ('raw' in response) sendOnFastify(response, reply)
  else sendNodeReply(response, reply)
}

function sendOnFastify(reply: FastifyReply, { status, headers, body }: RouteReply): void {
  if (reply.sent || reply.raw.headersSent || reply.raw.destroyed) return
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) {
    const before = isAddedTo(name) ? reply.getHeader(name) : undefined
    reply.removeHeader(name)
    reply.header(name, before === undefined ? value : [before, value].flat().map(String))
  }
  // Bytes, to which Fastify adds no charset: RFC 8259 §11 knows none for JSON.
  reply.send(body === '' ? undefined : Buffer.from(body))
}
