import { own } from '../src/own.ts'

describe('own', () => {
  it('reads members of an object’s own, whatever their names', () => {
    expect(own({ a: 1 }, 'a')).toBe(1)
    expect(own(JSON.parse('{"__proto__":1,"constructor":2}') as object, '__proto__')).toBe(1)
    expect(own(JSON.parse('{"constructor":2}') as object, 'constructor')).toBe(2)
  })

  it('finds nothing else', () => {
    for (const name of ['a', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])
      expect(own({}, name)).toBeUndefined()
    expect(own(Object.create({ a: 1 }) as object, 'a')).toBeUndefined()
  })
})
