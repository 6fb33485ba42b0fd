/**
 * Freezes plain data, all the way down.
 *
 * @throws TypeError for anything but plain objects, arrays and primitives: a Date or a Map cannot be frozen
 */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'function') throw new TypeError('a function is not plain data')
    return value
  }
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) deepFreeze(item)
  } else {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`a ${value.constructor.name} is not plain data`)
    }
    for (const name of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[name])
  }
  return Object.freeze(value)
}
