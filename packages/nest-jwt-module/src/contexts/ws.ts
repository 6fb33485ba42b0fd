import type { ExecutionContext } from '@nestjs/common'
import { type GuardError, type GuardRequest, toProblem, upgradeRequest } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'

/** A socket of socket.io, which knows how it was opened, or one of `ws`, which does not. */
export interface Client {
  readonly request?: GuardRequest
  readonly handshake?: { readonly auth?: { readonly token?: unknown } }
  emit?(event: 'exception', message: object): unknown
  disconnect?(andTheTransport: true): unknown
  close?(code: number, reason: string): void
}

/** What opened the connections of sockets that do not know it themselves. */
const requests = new WeakMap<object, GuardRequest>()

/** What opened a connection; undefined for a socket of `ws` that nobody told us about. */
export function handshakeOf(
  client: Client,
  opened = client.request ?? requests.get(client),
): GuardRequest | undefined {
  if (opened === undefined) return undefined
  requests.set(client, opened)
  return upgradeRequest(opened, client.handshake?.auth?.token)
}

export const ws: ContextKind = {
  identity: clientIn,
  call(context) {
    const data: unknown = context.switchToWs().getData()
    return typeof data === 'object' && data !== null ? data : clientIn(context)
  },
  request: (context) => handshakeOf(clientIn(context)),
  async exception(refusal) {
    const { WsException } = await import('@nestjs/websockets')
    return Object.assign(new WsException(messageOf(refusal)), { cause: refusal })
  },
}

/** RFC 6455 §7.4.1 and its registry: try again later, and internal error. What the client is to blame for is 1008. */
const CLOSE_CODES: Readonly<Record<number, number>> = { 503: 1013, 500: 1011 }

/** Tells a client why, in its own way, and lets it go. */
export function disconnect(client: Client, refusal: GuardError): void {
  if (client.disconnect === undefined) {
    return client.close?.(CLOSE_CODES[refusal.status] ?? 1008, refusal.description)
  }
  client.emit?.('exception', messageOf(refusal))
  client.disconnect(true)
}

/** What clients of sockets and microservices read, in the form Nest gives its own exceptions. */
export function messageOf(refusal: GuardError) {
  const { detail: message, status: statusCode, title: _, ...problem } = toProblem(refusal)
  return { status: 'error', message, statusCode, ...problem }
}

function clientIn(context: ExecutionContext): Client {
  return context.switchToWs().getClient<Client>()
}
