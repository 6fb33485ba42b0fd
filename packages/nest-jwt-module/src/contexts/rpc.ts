import type { ExecutionContext } from '@nestjs/common'
import { type GuardError, upgradeRequest } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'
import { messageOf } from './ws.ts'

/** Of Nest's transports, gRPC alone has one place for headers; the others have several, or none. */
interface Metadata {
  get?(name: string): unknown
}

/** What a handler with `@GrpcStreamCall()` gets, instead of data and metadata. */
interface StreamCall {
  readonly metadata: Metadata
  emit(event: 'error', error: object): unknown
}

/** The gRPC status of each HTTP status we answer with: its clients read `code`. */
const GRPC_CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 503: 14 }

export const rpc: ContextKind = {
  identity: transportOf,
  call: transportOf,
  request(context) {
    const transport = transportOf(context)
    const tokens = typeof transport.get === 'function' ? transport.get('authorization') : []
    const { authorization } = dataOf(context) as { readonly authorization?: unknown }
    // Nothing but tokens is known of a message.
    return upgradeRequest({ headers: {} }, ...[tokens].flat(), authorization)
  },
  async exception(refusal, context) {
    const answer = answerTo(refusal)
    const call = streamCallIn(context)
    if (call === undefined) {
      const { RpcException } = await import('@nestjs/microservices')
      return Object.assign(new RpcException(answer), { cause: refusal, stack: refusal.stack! })
    }
    // What is thrown before such a handler, Nest tells nobody: the caller would wait for ever, and the process end
    // with an unhandled rejection. So the caller is told here, and nothing is thrown, ever.
    call.emit('error', answer)
    return new Promise<never>(() => undefined)
  },
}

function answerTo(refusal: GuardError): object {
  const answer = { ...messageOf(refusal), code: GRPC_CODES[refusal.status] ?? 13 }
  // Nest 11 fails, and the process with it, on what refuses a stream its caller has ended, unless it reads like this.
  return Object.defineProperty(answer, 'toString', { value: () => `cancelled: ${answer.message}` })
}

function transportOf(context: ExecutionContext): Metadata {
  const { metadata } = streamCallIn(context) ?? {}
  return metadata ?? context.switchToRpc().getContext<Metadata | undefined>() ?? dataOf(context)
}

/** Data that came over a wire has no functions in it. */
function streamCallIn(context: ExecutionContext): StreamCall | undefined {
  const call = dataOf(context) as Partial<StreamCall>
  return typeof call.metadata?.get === 'function' ? (call as StreamCall) : undefined
}

function dataOf(context: ExecutionContext): object {
  return Object(context.switchToRpc().getData()) as object
}
