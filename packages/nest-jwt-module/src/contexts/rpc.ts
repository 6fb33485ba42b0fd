import type { ExecutionContext } from '@nestjs/common'
import { upgradeRequest } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'
import { messageOf } from './ws.ts'

/** Of Nest's transports, gRPC alone has one place for headers; the others have several, or none. */
interface Metadata {
  get?(name: string): unknown
}

/** The gRPC status of each HTTP status we answer with: its clients read `code`. */
const GRPC_CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 503: 14 }

export const rpc: ContextKind = {
  identity: transportOf,
  request(context) {
    const inMetadata = transportOf(context).get?.('authorization')
    const payload = Object(context.switchToRpc().getData()) as { readonly authorization?: unknown }
    // Nothing but tokens is known of a message.
    return upgradeRequest({ headers: {} }, ...[inMetadata, payload.authorization].flat())
  },
  async exception(refusal) {
    const { RpcException } = await import('@nestjs/microservices')
    const code = GRPC_CODES[refusal.status] ?? 13
    return Object.assign(new RpcException({ ...messageOf(refusal), code }), { cause: refusal })
  },
}

/** A stream handler of gRPC gets the call, with the metadata in it, and nothing else. */
function transportOf(context: ExecutionContext): Metadata {
  const call = Object(context.switchToRpc().getData()) as Metadata & { metadata?: Metadata }
  if (call.metadata?.get !== undefined) return call.metadata
  return context.switchToRpc().getContext<Metadata | undefined>() ?? call
}
