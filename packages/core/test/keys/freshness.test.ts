import { freshnessOf } from '../../src/keys/freshness.ts'

const of = (control: string, age?: string) =>
  freshnessOf({ 'cache-control': control, ...(age === undefined ? {} : { age }) })

describe('freshnessOf', () => {
  it.each([
    ['max-age=600', 600],
    ['public, max-age=600', 600],
    ['public,max-age=600,must-revalidate', 600],
    ['Public, MAX-AGE=600', 600],
    ['max-age="600"', 600],
    ['s-maxage=5, max-age=600', 600],
    ['max-age=600, stale-if-error=86400', 600],
  ])('reads %p', (control, seconds) => {
    expect(of(control)).toBe(seconds)
  })

  it.each([
    [0, 60],
    [1, 60],
    [59, 60],
    [60, 60],
    [61, 61],
    [86_399, 86_399],
    [86_400, 86_400],
    [86_401, 86_400],
    [9_999_999_999, 86_400],
    ['99999999999999999999', 86_400],
  ])('holds max-age=%s within a minute and a day', (given, seconds) => {
    expect(of(`max-age=${given}`)).toBe(seconds)
  })

  it.each(['no-cache', 'no-store', 'private, no-store', 'no-cache, max-age=600', 'NO-STORE'])(
    'takes %p for the least there is',
    (control) => {
      expect(of(control)).toBe(60)
    },
  )

  it.each(['', 'public', 'max-age', 'max-age=', 'max-age=-1', 'max-age=soon', 's-maxage=600'])(
    'finds nothing in %p',
    (control) => {
      expect(of(control)).toBeUndefined()
    },
  )

  it.each(['x-max-age=5', 'no-storage, max-age=600', 'x-no-store, max-age=600'])(
    'is not misled by what only looks alike: %p',
    (control) => {
      expect(of(control)).toBe(control.startsWith('x-max') ? undefined : 600)
    },
  )

  it('finds nothing where no header says so', () => {
    expect(freshnessOf({})).toBeUndefined()
    expect(freshnessOf({ age: '5', expires: 'Thu, 01 Dec 2050 16:00:00 GMT' })).toBeUndefined()
  })

  it.each([
    ['0', 600],
    ['1', 599],
    ['539', 61],
    ['540', 60],
    ['600', 60],
    ['9999999999', 60],
    ['-100', 600],
    ['1.5', 600],
    ['soon', 600],
    ['', 600],
  ])('subtracts what caches on the way used up: Age %p', (age, seconds) => {
    expect(of('max-age=600', age)).toBe(seconds)
  })

  it('subtracts before it holds the rest within bounds', () => {
    expect(of('max-age=90000', '1000')).toBe(86_400)
    expect(of('max-age=86410', '1000')).toBe(85_410)
  })
})
