import { types } from 'node:util'

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

/**
 * Freezes what a function of the application's made. Refuses what would stay changeable in a frozen object.
 *
 * @throws TypeError for accessors, proxies, and whatever {@link deepFreeze} refuses
 */
export function deepFreezeForeign<T>(value: T): T {
  refuseHiddenState(value)
  return deepFreeze(value)
}

function refuseHiddenState(value: unknown): void {
  if (value === null || typeof value !== 'object') return
  if (types.isProxy(value)) throw new TypeError('a Proxy is not plain data')
  for (const name of Reflect.ownKeys(value)) {
    if (Array.isArray(value) && name === 'length') continue
    const descriptor: TypedPropertyDescriptor<unknown> =
      Reflect.getOwnPropertyDescriptor(value, name) ?? {}
    const { get, set, enumerable, value: member } = descriptor
    const isArrayIndex = !Array.isArray(value) || (typeof name === 'string' && /^\d+$/.test(name))
    if (get ?? set) throw new TypeError('an accessor is not plain data')
    if (typeof name === 'symbol' || enumerable !== true || !isArrayIndex) {
      throw new TypeError(`the member ${String(name)} is not plain data`)
    }
    refuseHiddenState(member)
  }
}
