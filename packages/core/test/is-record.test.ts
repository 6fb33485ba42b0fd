import { isRecord } from '../src/is-record.ts'

describe('isRecord', () => {
  it('takes objects with members', () => {
    for (const value of [{}, { a: 1 }, Object.create(null), new Date(0)])
      expect(isRecord(value)).toBe(true)
  })

  it.each([null, undefined, [], [{}], 'x', 5, true, () => 1])('does not take %p', (value) => {
    expect(isRecord(value)).toBe(false)
  })
})
