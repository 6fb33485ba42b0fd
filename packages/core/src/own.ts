/** A member of an object's own: claims named after something on `Object.prototype` must not find that. */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}
