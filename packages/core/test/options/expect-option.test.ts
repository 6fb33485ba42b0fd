import type { Clock } from '../../src/clock.ts'
import { ConfigError } from '../../src/options/config-error.ts'
import {
  expectBoolean,
  expectClock,
  expectFunction,
  expectNumber,
  expectText,
  expectTexts,
} from '../../src/options/expect-option.ts'
import { thrownBy } from '../mint.ts'

const message = (call: () => unknown) => {
  const error = thrownBy(call)
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

it('expectText takes a text that says something', () => {
  expect(expectText('realm', ' a ')).toBe(' a ')
  expect(message(() => expectText('realm', ''))).toBe(
    'realm: expected a text, got an empty string (a missing environment variable?)',
  )
  for (const value of ['', ' ', '\t\n', undefined, null, 5, ['a'], {}])
    expect(message(() => expectText('realm', value))).toContain('realm: expected a text, got ')
})

it('expectTexts takes a list of such texts', () => {
  expect(expectTexts('x', ['a', 'b'])).toEqual(['a', 'b'])
  expect(expectTexts('x', [])).toEqual([])
  expect(message(() => expectTexts('x', 'a'))).toBe('x: expected a list of texts, got "a"')
  expect(message(() => expectTexts('x', ['a', null]))).toBe('x[1]: expected a text, got null')
})

describe('expectNumber', () => {
  it('takes a number within bounds, both included', () => {
    for (const value of [1, 1.5, 3]) expect(expectNumber('x', value, 1, 3, 'seconds')).toBe(value)
  })

  it.each([0, 0.999, 3.001, -1, NaN, Infinity, -Infinity, '2', 2n, null, undefined, [2], {}])(
    'refuses %p (NaN tolerance)',
    (value) => {
      expect(message(() => expectNumber('x', value, 1, 3, 'seconds'))).toContain(
        'x: expected seconds between 1 and 3, got ',
      )
    },
  )

  it('says at least where there is no upper bound', () => {
    expect(message(() => expectNumber('x', 0, 1, Infinity, 'tokens'))).toBe(
      'x: expected tokens at least 1, got 0',
    )
  })
})

it('expectFunction takes a function', () => {
  const clock = () => 1
  expect(expectFunction('clock', clock)).toBe(clock)
  for (const value of [undefined, null, 5, {}, 'x'])
    expect(message(() => expectFunction('clock', value))).toContain('clock: expected a function')
})

describe('expectClock', () => {
  it('takes a function that tells seconds', () => {
    for (const now of [0, 1_750_000_000, 1_750_000_000.5]) {
      const clock = () => now
      expect(expectClock('clock', clock)).toBe(clock)
    }
  })

  it('refuses what is no function', () => {
    expect(message(() => expectClock('clock', 5 as unknown as Clock))).toBe(
      'clock: expected a function, got 5',
    )
  })

  it.each<[unknown, string]>([
    [NaN, 'got NaN'],
    [Infinity, 'got Infinity'],
    ['5', 'got "5"'],
    [5n, 'got a bigint'],
    [undefined, 'got undefined (a missing environment variable?)'],
    [new Date(0), 'got an object'],
    [Promise.reject(new Error('later')), 'got an object'],
  ])('refuses one that tells %p, by which no token would ever expire', (now, given) => {
    expect(message(() => expectClock('clock', () => now as number))).toBe(
      `clock: expected a function that returns seconds; calling it, ${given}`,
    )
  })

  it('refuses one that throws', () => {
    const broken = () => {
      throw new Error('no time')
    }
    expect(message(() => expectClock('clock', broken))).toBe(
      'clock: expected a function that returns seconds; calling it, got undefined (a missing environment variable?)',
    )
  })
})

it('expectBoolean takes true and false, and nothing that is like them', () => {
  expect([expectBoolean('x', true), expectBoolean('x', false)]).toEqual([true, false])
  for (const value of ['true', 'false', 0, 1, '', null, undefined])
    expect(message(() => expectBoolean('x', value))).toContain('x: expected true or false, got ')
})
