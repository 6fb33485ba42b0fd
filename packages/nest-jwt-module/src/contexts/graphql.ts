import type { ExecutionContext } from '@nestjs/common'
import { type GuardRequest, toProblem, upgradeRequest } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'
import {
  httpException,
  type HttpRequest,
  type HttpResponse,
  nodeResponse,
  readable,
} from './http.ts'

/** The context of an operation: over HTTP with a request, over a WebSocket with what opened that. */
interface GraphqlContext extends GraphqlSocket {
  readonly req?: HttpRequest | GraphqlSocket
  readonly res?: HttpResponse
}

/** As `graphql-ws` describes a connection. */
interface GraphqlSocket {
  readonly headers?: undefined
  readonly extra?: { readonly request?: GuardRequest }
  readonly connectionParams?: { readonly [name: string]: unknown }
}

/** The codes GraphQL servers and clients have agreed on. */
const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
}

export const graphql: ContextKind = {
  identity: (context) => carrierIn(context),
  // The description of the field is made anew for each call, and comes last.
  call: (context) => context.getArgs<object[]>().at(-1)!,
  request(context) {
    const carrier = carrierIn(context)
    if (carrier.headers === undefined) {
      const { extra, connectionParams: params } = carrier
      const tokens = [params?.authorization, params?.Authorization]
      return extra?.request && upgradeRequest(extra.request, ...tokens)
    }
    const request = readable(carrier)
    // A context made of nothing but the request that opened the connection.
    const isUpgrade = request.method === 'GET' && request.headers.upgrade !== undefined
    return isUpgrade ? upgradeRequest(request) : request
  },
  response(context) {
    const { res } = contextOf(context)
    return res && nodeResponse(res)
  },
  exception(refusal) {
    const { detail: _detail, title: _title, ...problem } = toProblem(refusal)
    const code = CODES[refusal.status] ?? 'INTERNAL_SERVER_ERROR'
    // Of what Nest throws for HTTP, GraphQL makes an error of its own, with these extensions. Another exception would
    // be written to the error log, one for every request without a token.
    return Object.assign(httpException(refusal), { extensions: { code, ...problem } })
  },
}

function contextOf(context: ExecutionContext): GraphqlContext {
  const args = context.getArgs<unknown[]>()
  // A resolver of references gets no arguments before it.
  return args[args.length === 3 ? 1 : 2] as GraphqlContext
}

function carrierIn(context: ExecutionContext): HttpRequest | GraphqlSocket {
  const operation = contextOf(context)
  return operation.req ?? operation
}
