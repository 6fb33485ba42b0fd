import type { ExecutionContext } from '@nestjs/common'
import {
  type GuardError,
  type GuardRequest,
  type HeaderSink,
  type MaybePromise,
  whenReady,
} from '@gatewarden/core'
import { graphql } from './graphql.ts'
import { http } from './http.ts'
import { rpc } from './rpc.ts'
import { ws } from './ws.ts'

/** What differs between HTTP, GraphQL, WebSockets and microservices. */
export interface ContextKind {
  /** What `authOf` knows the request by, and where `auth` and `user` are set. */
  identity(context: ExecutionContext): object
  /** What `@CurrentAuth` knows the call by, where several share an identity, as the requests of HTTP do not. */
  call?(context: ExecutionContext): object
  /** What is read of it. Undefined when there is none. */
  request(context: ExecutionContext): GuardRequest | undefined
  /** Where its answer takes headers, if anywhere. */
  response?(context: ExecutionContext): HeaderSink | undefined
  /** The refusal as this context's own exception. */
  exception(refusal: GuardError, context: ExecutionContext): Error | Promise<Error>
}

/** Of a context nobody told us about, nothing can be read: a guard denies it. */
const unknown: ContextKind = {
  identity: (context) => Object(context.getArgByIndex<unknown>(0)) as object,
  request: () => undefined,
  exception: (refusal) => refusal,
}

const KINDS = new Map<string, ContextKind>(Object.entries({ http, graphql, ws, rpc }))

export function kindOf(context: ExecutionContext): ContextKind {
  return KINDS.get(context.getType()) ?? unknown
}

/** Throws the refusal as the exception of its context, now or later. */
export function refuse(refusal: GuardError, context: ExecutionContext): MaybePromise<never> {
  return whenReady(kindOf(context).exception(refusal, context), (exception) => {
    throw exception
  })
}
