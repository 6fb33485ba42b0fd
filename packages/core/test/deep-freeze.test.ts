import fc from 'fast-check'
import { deepFreeze, deepFreezeForeign } from '../src/deep-freeze.ts'
import { thrownBy } from './mint.ts'

const isDeeplyFrozen = (value: unknown): boolean =>
  value === null ||
  typeof value !== 'object' ||
  (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))

describe('deepFreeze', () => {
  it('freezes plain data all the way down and returns it', () => {
    const value = { a: [{ b: { c: [] } }], d: null, e: 'x' }
    expect(deepFreeze(value)).toBe(value)
    expect(isDeeplyFrozen(value)).toBe(true)
    expect(() => {
      ;(value.a as unknown[]).push(1)
    }).toThrow(TypeError)
  })

  it('freezes whatever JSON can hold', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isDeeplyFrozen(deepFreeze(value))))
  })

  it('freezes an object without a prototype, and what a __proto__ member holds', () => {
    expect(isDeeplyFrozen(deepFreeze(Object.assign(Object.create(null), { a: {} })))).toBe(true)
    const value = JSON.parse('{"__proto__":{"a":1}}')
    deepFreeze(value)
    expect(Object.isFrozen(Object.getOwnPropertyDescriptor(value, '__proto__')?.value)).toBe(true)
    expect(Object.isFrozen(Object.prototype)).toBe(false)
  })

  it.each([undefined, null, 5, 'x', true, 5n])('returns %p as it is', (value) => {
    expect(deepFreeze(value)).toBe(value)
  })

  it.each<[string, unknown]>([
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['a RegExp', /x/g],
    ['an Error', new Error('x')],
    ['an instance of a class', new (class Claims {})()],
    ['a function', () => 1],
    ['an object that inherits', Object.create({ admin: true })],
    ['an object that inherits from nothing twice', Object.create(Object.create(null))],
  ])('refuses %s, which cannot be frozen, at any depth', (_, value) => {
    for (const whole of [value, { a: value }, [[value]]])
      expect(thrownBy(() => deepFreeze(whole))).toBeInstanceOf(TypeError)
  })
})

describe('deepFreezeForeign', () => {
  it.each<[string, () => object]>([
    [
      'an accessor',
      () => ({
        get a() {
          return 1
        },
      }),
    ],
    [
      'a setter',
      () => ({
        set a(_: unknown) {
          /* nothing */
        },
      }),
    ],
    ['a symbol as a name', () => ({ [Symbol('a')]: {} })],
    ['a hidden member', () => Object.defineProperty({}, 'a', { value: {}, enumerable: false })],
    ['a member on a list', () => Object.assign([1], { a: {} })],
    ['a member on a list that begins like an index', () => Object.assign([1], { '0x': {} })],
    ['a member on a list that ends like one', () => Object.assign([1], { x0: {} })],
    ['a symbol on a list', () => Object.assign([1], { [Symbol('a')]: {} })],
    ['a Proxy', () => new Proxy({}, {})],
    [
      'any of these further down',
      () => ({
        a: [
          {
            get b() {
              return 1
            },
          },
        ],
      }),
    ],
  ])('refuses %s, which would stay changeable', (_what, make) => {
    expect(() => deepFreezeForeign(make())).toThrow(TypeError)
  })

  it('freezes plain data, long lists included', () => {
    expect(isDeeplyFrozen(deepFreezeForeign({ a: [{ b: 1 }], c: null }))).toBe(true)
    expect(isDeeplyFrozen(deepFreezeForeign(Array.from({ length: 101 }, () => ({}))))).toBe(true)
  })

  it.each<[string, unknown]>([
    ['a function is not plain data', () => 1],
    ['a Map is not plain data', new Map()],
    ['a Proxy is not plain data', new Proxy({}, {})],
    ['the member size is not plain data', Object.assign([1], { size: 1 })],
    ['the member Symbol(a) is not plain data', Object.assign([1], { [Symbol('a')]: 1 })],
    [
      'an accessor is not plain data',
      {
        get a() {
          return 1
        },
      },
    ],
  ])('says that %s', (message, value) => {
    expect(thrownBy(() => deepFreezeForeign(value)).message).toBe(message)
  })
})
