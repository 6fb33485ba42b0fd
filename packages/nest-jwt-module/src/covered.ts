import 'reflect-metadata'
import { type CanActivate, type ExecutionContext, Logger, type Type } from '@nestjs/common'
import { ConfigError, GuardError } from '@gatewarden/core'
import { refuse } from './contexts/context-kind.ts'
import type { Method } from './requirements.ts'

/** A static member of JwtGuard, and so of all that extend it, in every copy of this package. */
export const IS_JWT_GUARD = Symbol.for('gatewarden.jwt-guard')

/** True for the class and for an instance: Nest takes both. */
export function isJwtGuard(guard: unknown): boolean {
  const type: unknown = typeof guard === 'object' ? guard?.constructor : guard
  return typeof type === 'function' && IS_JWT_GUARD in type
}

export const HOW_TO_COVER =
  'import JwtGuardModule.forRoot({ …, globalGuard: true }) in the root module, or add @UseGuards(JwtGuard)'

/** True when `@UseGuards()` put a JwtGuard on a class or its method. */
export function hasOwnGuard(type: Type<unknown>, method: Method = type): boolean {
  return [type, method].some((target) => {
    const guards = Reflect.getMetadata('__guards__', target) as unknown[] | undefined
    return guards?.some(isJwtGuard) === true
  })
}

/** Handlers behind a global guard that does not show whom it judged, with the types of their contexts. */
const covered = new WeakMap<Method, Set<string>>()

export function recordCovered(method: Method, contextType: string): void {
  covered.set(method, (covered.get(method) ?? new Set()).add(contextType))
}

/**
 * Stands on what a JwtGuard judged: all guards of a handler get one and the same context. Nest makes it for them alone,
 * and a member of its own costs a tenth of an entry in a WeakSet.
 */
const JUDGED = Symbol('judged by a JwtGuard')

type Judged = ExecutionContext & { [JUDGED]?: true }

export function recordJudged(context: Judged): void {
  context[JUDGED] = true
}

/** Stands on whatever carries a policy, and denies what no JwtGuard judges. Without JwtGuardModule, that is all. */
export const denyUncovered: CanActivate = {
  canActivate(context: Judged) {
    const type = context.getClass()
    const method = context.getHandler()
    if (context[JUDGED] === true || hasOwnGuard(type, method)) return true
    if (covered.get(method)?.has(context.getType()) === true) return true
    const problem = `it carries a policy, and no JwtGuard judged the request: ${HOW_TO_COVER}`
    const mistake = new ConfigError(`${type.name}.${method.name}`, problem)
    if (context.getType() !== 'rpc') throw mistake
    // Some handlers of microservices may throw nothing: their context knows how they refuse.
    new Logger('JwtGuard').error(mistake.message)
    return refuse(new GuardError('ERR_GUARD_MISSING', mistake.message), context)
  },
}
