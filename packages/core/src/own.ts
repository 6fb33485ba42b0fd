/** A member of an object's own: names that others choose must not find what is on `Object.prototype`. */
export function own<T extends object, Name extends keyof T & string>(
  object: T,
  name: Name,
): T[Name] | undefined
export function own(object: object, name: string): unknown
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

/** A copy with an object's own members and no prototype, for what is taken apart by name. */
export function ownMembers<T extends object>(object: T): T {
  return Object.assign<object, T>(Object.create(null) as object, object)
}
