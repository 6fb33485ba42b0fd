import type { ExecutionContext } from '@nestjs/common'
import type { Admitted } from '@gatewarden/core'
import { kindOf } from './contexts/context-kind.ts'
import type { Method } from './requirements.ts'

/**
 * Who each call of a handler is from. Not what a request was admitted as: several calls share a connection, or an
 * operation of GraphQL, and their guards may have found different people.
 */
const calls = new WeakMap<object, Map<Method, Admitted>>()

export function recordCaller(context: ExecutionContext, admitted: Admitted): void {
  const call = callOf(context)
  const handlers = calls.get(call) ?? new Map<Method, Admitted>()
  calls.set(call, handlers.set(context.getHandler(), admitted))
}

export function forgetCaller(context: ExecutionContext): void {
  calls.get(callOf(context))?.delete(context.getHandler())
}

/** Undefined when no JwtGuard let the call pass. */
export function callerIn(context: ExecutionContext): Admitted | undefined {
  return calls.get(callOf(context))?.get(context.getHandler())
}

function callOf(context: ExecutionContext): object {
  const kind = kindOf(context)
  return kind.call?.(context) ?? kind.identity(context)
}
