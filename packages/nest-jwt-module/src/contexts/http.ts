import { IncomingMessage, type ServerResponse } from 'node:http'
import {
  BadRequestException,
  ForbiddenException,
  type HttpException,
  InternalServerErrorException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { type GuardError, type GuardRequest, toProblem, toReply } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'

/** A request of Express, or of Fastify, which has Node's own in it. */
export type HttpRequest = GuardRequest & { readonly raw?: GuardRequest }

/** A response of Express, which writes JSON by `json`, or a reply of Fastify, with Node's response in it, by `send`. */
export type HttpResponse =
  | (ServerResponse & { readonly raw?: undefined } & Writes<'json'>)
  | ({ readonly raw: ServerResponse } & Writes<'send'>)

type Writes<Name extends string> = { [name in Name]: (body: unknown) => unknown } & {
  header(name: string, value: string): unknown
}

/** Nest's own classes, so that filters which catch one of them catch ours. */
const EXCEPTIONS = new Map<number, typeof UnauthorizedException>([
  [400, BadRequestException],
  [401, UnauthorizedException],
  [403, ForbiddenException],
  [503, ServiceUnavailableException],
])

export const http: ContextKind = {
  // Not by `switchToHttp()`, which makes three functions each time it is called.
  identity: (context) => context.getArgByIndex<object>(0),
  request: (context) => readable(context.getArgByIndex<HttpRequest>(0)),
  response: (context) => ({
    // Seldom asked for anything, so it is not looked for before.
    setHeader: (name, value) =>
      nodeResponse(context.switchToHttp().getResponse<HttpResponse>()).setHeader(name, value),
  }),
  exception(refusal, context) {
    const exception = httpException(refusal)
    const response = context.switchToHttp().getResponse<HttpResponse>()
    // The headers go out with the answer, for which any filter asks the status, and not before: a guard that was
    // composed with ours may catch this and let the request pass.
    exception.getStatus = () => {
      if (!nodeResponse(response).headersSent)
        setHeaders(response, toReply(refusal).headers, exception.getResponse())
      return refusal.status
    }
    return exception
  },
}

/** With the sentence for the client as message, and no more in its stack than that. */
export function httpException(refusal: GuardError): HttpException {
  const Exception = EXCEPTIONS.get(refusal.status) ?? InternalServerErrorException
  const exception = new Exception(toProblem(refusal), { cause: refusal })
  return Object.assign(exception, { message: refusal.description, stack: refusal.stack! })
}

/** Fastify's request knows the body, and Node's the header fields as they came. */
export function readable(request: HttpRequest): GuardRequest {
  // Express's is Node's own. Before Node 24, V8 takes long to search it for a member that it does not have.
  if (request instanceof IncomingMessage || request.raw === undefined) return request
  const { raw, method, url, headers, body } = request
  return { method, url, headers, rawHeaders: raw.rawHeaders, body }
}

/** Fastify adds what it finds there to the headers of its own. */
export function nodeResponse(response: HttpResponse): ServerResponse {
  return response.raw ?? response
}

/** The media type is that of `problem`, and is set when it is written: a filter may answer something else. */
function setHeaders(
  response: HttpResponse,
  { 'content-type': type = '', ...others }: Readonly<Record<string, string>>,
  problem: unknown,
): void {
  for (const [name, value] of Object.entries(others)) response.header(name, value)
  const typed = (write: (body: unknown) => unknown) => (body: unknown) => {
    if (body === problem) response.header('content-type', type)
    return write(body)
  }
  if (response.raw === undefined) response.json = typed(response.json.bind(response))
  else response.send = typed(response.send.bind(response))
}
