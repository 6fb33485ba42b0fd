import 'reflect-metadata'
import type { ExecutionContext, Type } from '@nestjs/common'
import { MetadataScanner } from '@nestjs/core'
import type { Policy } from '@gatewarden/core'

/** What our decorators ask of a class or a method. */
export interface Marks {
  readonly isPublic: boolean
  readonly isOptional: boolean
  readonly policies: readonly Policy[]
}

export type Method = ReturnType<ExecutionContext['getHandler']>

/** A name, not a symbol of this copy: two copies of this package must see each other's policies. */
const MARKS = 'gatewarden:marks'
const NONE: Marks = { isPublic: false, isOptional: false, policies: [] }

/** Adds to what is there: of two `@Roles()` both must pass, and those of a base class as well. */
export function mark(target: object, added: Partial<Marks>): void {
  Reflect.defineMetadata(MARKS, sum(marksOf(target), added), target)
}

function sum(marks: Marks, { policies = [], ...added }: Partial<Marks>): Marks {
  return { ...marks, ...added, policies: [...marks.policies, ...policies] }
}

/** What loosens a base class does not loosen the class that extends it; what it asks for is asked for there, too. */
export function marksOf(target: object): Marks {
  const marks = (Reflect.getMetadata(MARKS, target) as Marks | undefined) ?? NONE
  return Reflect.hasOwnMetadata(MARKS, target) ? marks : { ...NONE, policies: marks.policies }
}

export function isMarked({ isPublic, isOptional, policies }: Marks): boolean {
  return isPublic || isOptional || policies.length > 0
}

/** Public, and nothing that contradicts it. */
export function isPlainlyPublic({ isPublic, isOptional, policies }: Marks): boolean {
  return isPublic && !isOptional && policies.length === 0
}

/** Decorators run once, handlers many times. */
const known = new WeakMap<Type<unknown>, WeakMap<Method, Marks>>()

export function requirementsOf(context: ExecutionContext): Marks {
  const type = context.getClass<unknown>()
  const method = context.getHandler()
  const ofType = known.get(type) ?? new WeakMap<Method, Marks>()
  const requirements = ofType.get(method) ?? combine(type, method)
  if (!ofType.has(method)) known.set(type, ofType.set(method, requirements))
  return requirements
}

/**
 * The policies of the class and of the method must all pass. A method says for itself whether it is public; a class
 * only when none of its methods carries a policy. Of decorators that contradict each other, the stricter one counts.
 */
function combine(type: Type<unknown>, method: Method): Marks {
  const ofClass = marksOf(type)
  const ofMethod = handlerMarks(type, method)
  if (isPlainlyPublic(ofMethod)) return ofMethod
  return {
    isPublic: !isMarked(ofMethod) && isPlainlyPublic(ofClass) && !anyMethodHasPolicy(type),
    isOptional: ofMethod.isOptional || (ofClass.isOptional && !ofMethod.isPublic),
    policies: [...ofClass.policies, ...ofMethod.policies],
  }
}

/** Nest finds handlers on the prototype and calls those of the instance, which `this.list = this.list.bind(this)` hides. */
export function handlerMarks(type: Type<unknown>, method: Method): Marks {
  const marks = marksOf(method)
  if (isMarked(marks)) return marks
  const { prototype } = type as { prototype: { readonly [name: string]: unknown } }
  const declared = prototype[method.name.replace(/^bound /, '')]
  return typeof declared === 'function' ? marksOf(declared) : marks
}

export function anyMethodHasPolicy(type: Type<unknown>): boolean {
  return methodsOf(type).some(([, method]) => marksOf(method).policies.length > 0)
}

/** Inherited ones included, as Nest finds handlers. */
export function methodsOf({ prototype }: Type<unknown>): [name: string, method: Method][] {
  const methods = prototype as { readonly [name: string]: Method }
  return new MetadataScanner().getAllMethodNames(methods).map((name) => [name, methods[name]!])
}

/** What was written above a method, whatever decorators in between made of it. */
export function writtenMarks(prototype: object, name: string | symbol): Marks {
  return (Reflect.getMetadata(MARKS, prototype, name) as Marks | undefined) ?? NONE
}

export function noteWritten(prototype: object, name: string | symbol, added: Partial<Marks>): void {
  const own = Reflect.getOwnMetadata(MARKS, prototype, name) as Marks | undefined
  Reflect.defineMetadata(MARKS, sum(own ?? NONE, added), prototype, name)
}

/** True when nothing of what was written is missing. */
export function keeps(marks: Marks, written: Marks): boolean {
  return (
    (marks.isPublic || !written.isPublic) &&
    (marks.isOptional || !written.isOptional) &&
    written.policies.every((policy) => marks.policies.includes(policy))
  )
}
