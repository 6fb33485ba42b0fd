import { runInNewContext } from 'node:vm'
import { isPlainObject, isRecord } from '../src/is-record.ts'

describe('isRecord', () => {
  it('takes objects with members', () => {
    for (const value of [{}, { a: 1 }, Object.create(null), new Date(0)])
      expect(isRecord(value)).toBe(true)
  })

  it.each([null, undefined, [], [{}], 'x', 5, true, () => 1])('does not take %p', (value) => {
    expect(isRecord(value)).toBe(false)
  })
})

describe('isPlainObject', () => {
  it('takes what is written as a literal, of another realm too', () => {
    for (const value of [{}, { a: 1 }, Object.create(null), runInNewContext('({ a: 1 })')])
      expect(isPlainObject(value)).toBe(true)
  })

  it.each([
    null,
    undefined,
    [],
    'x',
    5,
    () => 1,
    new Date(0),
    new Map(),
    new (class Options {})(),
    Object.create({ a: 1 }),
  ])('does not take %p', (value) => {
    expect(isPlainObject(value)).toBe(false)
  })
})
