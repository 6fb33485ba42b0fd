import type { ExecutionContext } from '@nestjs/common'
import { admittedAs, type Admitted, forgetAdmitted } from '@gatewarden/core'
import { rememberAdmitted } from '@gatewarden/core/kit'
import { kindOf } from './contexts/context-kind.ts'
import type { Method } from './requirements.ts'

/** What a request of HTTP was admitted as, and for which handler: it has but one. */
interface AdmittedForMethod extends Admitted {
  readonly method?: Method
}

/**
 * Who each call of a handler is from, where several share what they were admitted as, a connection or an operation of
 * GraphQL: their guards may have found different people.
 */
const calls = new WeakMap<object, Map<Method, Admitted>>()

export function recordCaller(context: ExecutionContext, admitted: Admitted): void {
  const kind = kindOf(context)
  const method = context.getHandler()
  if (kind.call === undefined) {
    // Over what the guard wrote there: an entry in the map would cost a quarter of all the work on a request.
    const { auth, refusal, challenge } = admitted
    const forMethod: AdmittedForMethod = { auth, refusal, challenge, method }
    return rememberAdmitted(kind.identity(context), forMethod)
  }
  const call = kind.call(context)
  const handlers = calls.get(call) ?? new Map<Method, Admitted>()
  calls.set(call, handlers.set(method, admitted))
}

export function forgetCaller(context: ExecutionContext): void {
  const kind = kindOf(context)
  if (kind.call === undefined) forgetAdmitted(kind.identity(context))
  else calls.get(kind.call(context))?.delete(context.getHandler())
}

/** Undefined when no JwtGuard let the call pass. */
export function callerIn(context: ExecutionContext): Admitted | undefined {
  const kind = kindOf(context)
  const method = context.getHandler()
  if (kind.call !== undefined) return calls.get(kind.call(context))?.get(method)
  const admitted = admittedAs(kind.identity(context)) as AdmittedForMethod | undefined
  return admitted?.method === method ? admitted : undefined
}
