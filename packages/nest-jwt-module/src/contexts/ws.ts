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

const handshakes = new WeakMap<object, GuardRequest>()

/** What opened the connection; undefined for a socket of `ws` that nobody told us about. */
export function handshakeOf(client: Client, opened = client.request): GuardRequest | undefined {
  const known = handshakes.get(client)
  if (known !== undefined || opened === undefined) return known
  const handshake = upgradeRequest(opened, client.handshake?.auth?.token)
  handshakes.set(client, handshake)
  return handshake
}

export const ws: ContextKind = {
  identity: clientIn,
  request: (context) => handshakeOf(clientIn(context)),
  async exception(refusal) {
    const { WsException } = await import('@nestjs/websockets')
    return Object.assign(new WsException(messageOf(refusal)), { cause: refusal })
  },
}

/** Tells a client why, in its own way, and lets it go. */
export function disconnect(client: Client, refusal: GuardError): void {
  // RFC 6455 §7.4.1: 1008 is for a policy that was violated.
  if (client.disconnect === undefined) return client.close?.(1008, refusal.description)
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
