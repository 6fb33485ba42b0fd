import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  type Type,
  UseGuards,
} from '@nestjs/common'
import * as core from '@gatewarden/core'
import { callerIn } from './calls.ts'
import { denyUncovered, HOW_TO_COVER } from './covered.ts'
import { mark, type Marks, noteWritten, requirementsOf } from './requirements.ts'

export type Decorator = ClassDecorator & MethodDecorator

/** Lets everybody in; no token is looked for. On a class, it counts when none of its methods carries a policy. */
export const Public = (): Decorator => marking({ isPublic: true })

/** Lets a request without a token pass; a bad token never. */
export const OptionalAuth = (): Decorator => marking({ isOptional: true })

/**
 * Lets a request pass only when every policy allows it, those of the class and those of the method. A predicate gets
 * Nest's `ExecutionContext`.
 *
 * @throws ConfigError for anything but policies, or none
 */
export function Authorize(...policies: core.Policy[]): Decorator {
  if (policies.length === 0 || !policies.every(core.isPolicy)) {
    throw new core.ConfigError('@Authorize', 'expected policies: requireScopes(…), anyOf(…), …')
  }
  return applyDecorators(marking({ policies }), UseGuards(denyUncovered))
}

/** Every one of these scopes. */
export const Scopes = authorizing(core.requireScopes)
/** At least one of these scopes. */
export const AnyScope = authorizing(core.requireAnyScope)
/** Every one of these roles. */
export const Roles = authorizing(core.requireRoles)
/** At least one of these roles. */
export const AnyRole = authorizing(core.requireAnyRole)
/** Every one of these permissions. */
export const Permissions = authorizing(core.requirePermissions)
/** At least one of these permissions. */
export const AnyPermission = authorizing(core.requireAnyPermission)

type Pipe = PipeTransform | Type<PipeTransform>

/**
 * Who the request is from, an `Auth`; undefined where a token is optional and absent.
 *
 * @throws GuardError `ERR_GUARD_MISSING` (500) on a handler that no JwtGuard judges, a public one included
 */
export const CurrentAuth: (...pipes: Pipe[]) => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => authIn(context),
)

/**
 * One verified claim, by name; undefined where there is none of that name, or a token is optional and absent.
 *
 * @throws GuardError `ERR_GUARD_MISSING` (500) on a handler that no JwtGuard judges, a public one included
 */
export const Claim: (
  name: keyof core.RegisteredClaims & string,
  ...pipes: Pipe[]
) => ParameterDecorator = createParamDecorator((name: string, context: ExecutionContext) => {
  const claims = Object(authIn(context)?.claims) as Record<string, unknown>
  return Object.hasOwn(claims, name) ? claims[name] : undefined
})

function authIn(context: ExecutionContext): core.Auth | undefined {
  const caller = callerIn(context)
  if (caller !== undefined) return caller.auth
  const handler = `${context.getClass().name}.${context.getHandler().name}`
  const reason = requirementsOf(context).isPublic
    ? `${handler} is @Public(), so no token was looked for: use @OptionalAuth()`
    : `no JwtGuard judged the request to ${handler}: ${HOW_TO_COVER}`
  throw new core.GuardError('ERR_GUARD_MISSING', reason)
}

function authorizing(create: (...names: string[]) => core.Policy) {
  return (...names: string[]): Decorator => Authorize(create(...names))
}

function marking(marks: Partial<Marks>): Decorator {
  return (target: object, property?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (property === undefined) return mark(target, marks)
    const method: unknown = descriptor?.value
    const isStatic = typeof target === 'function'
    if (isStatic || typeof method !== 'function') {
      const expected = 'our decorators stand on classes and methods, and on nothing static'
      throw new core.ConfigError(String(property), expected)
    }
    mark(method, marks)
    noteWritten(target, property, marks)
  }
}
