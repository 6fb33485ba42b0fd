import type { ServerResponse } from 'node:http'
import {
  BadRequestException,
  ForbiddenException,
  InternalServerErrorException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common'
import { type GuardRequest, toProblem, toReply } from '@gatewarden/core'
import type { ContextKind } from './context-kind.ts'

/** A request of Express, or of Fastify, which has Node's own in it. */
export type HttpRequest = GuardRequest & { readonly raw?: GuardRequest }

/** A response of Express, or a reply of Fastify, which has Node's own in it. */
export type HttpResponse =
  | (ServerResponse & { readonly raw?: undefined; json(body: unknown): unknown })
  | { readonly raw: ServerResponse; header(name: string, value: string): unknown }

/** Nest's own classes, so that filters which catch one of them catch ours. */
const EXCEPTIONS = new Map<number, typeof UnauthorizedException>([
  [400, BadRequestException],
  [401, UnauthorizedException],
  [403, ForbiddenException],
  [503, ServiceUnavailableException],
])

export const http: ContextKind = {
  identity: (context) => context.switchToHttp().getRequest<object>(),
  request: (context) => readable(context.switchToHttp().getRequest<HttpRequest>()),
  response: (context) => nodeResponse(context.switchToHttp().getResponse<HttpResponse>()),
  exception(refusal, context) {
    const Exception = EXCEPTIONS.get(refusal.status) ?? InternalServerErrorException
    const exception = new Exception(toProblem(refusal), { cause: refusal })
    const response = context.switchToHttp().getResponse<HttpResponse>()
    // The headers go out with the answer, for which any filter asks the status, and not before: a guard that was
    // composed with ours may catch this and let the request pass.
    exception.getStatus = () => {
      if (!nodeResponse(response).headersSent) setHeaders(response, toReply(refusal).headers)
      return refusal.status
    }
    return exception
  },
}

/** Fastify's request knows the body, and Node's the header fields as they came. */
export function readable(request: HttpRequest): GuardRequest {
  const { raw, method, url, headers, body } = request
  return raw === undefined ? request : { method, url, headers, rawHeaders: raw.rawHeaders, body }
}

/** Fastify adds what it finds there to the headers of its own. */
export function nodeResponse(response: HttpResponse): ServerResponse {
  return response.raw ?? response
}

function setHeaders(response: HttpResponse, headers: Readonly<Record<string, string>>): void {
  if (response.raw !== undefined) {
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
    return
  }
  const { 'content-type': type = '', ...others } = headers
  for (const [name, value] of Object.entries(others)) response.setHeader(name, value)
  // At the last moment: what is set before, Nest 11 replaces by application/json, and warns of each time.
  const json = response.json.bind(response)
  response.json = (body) => {
    if (!response.hasHeader('content-type')) response.setHeader('content-type', type)
    return json(body)
  }
}
