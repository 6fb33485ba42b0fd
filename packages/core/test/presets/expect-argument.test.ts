import { ConfigError } from '../../src/options/config-error.ts'
import {
  expectArguments,
  expectHost,
  expectName,
  expectOneOrSeveral,
  expectSegment,
} from '../../src/presets/expect-argument.ts'
import { problemOf } from './problem-of.ts'

describe('expectArguments', () => {
  const check = (given: unknown) => expectArguments('okta', given as { domain: string }, ['domain'])

  it('returns a copy of an object whose members are known', () => {
    const given = { domain: 'acme.okta.com' }
    expect({ ...check(given) }).toEqual(given)
    expect(check(given)).not.toBe(given)
    expect(check({})).toEqual(Object.create(null))
  })

  it('does not read what is on Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'domain', { value: 'evil.example', configurable: true })
    try {
      expect(check({}).domain).toBeUndefined()
    } finally {
      Reflect.deleteProperty(Object.prototype, 'domain')
    }
  })

  it.each([
    [undefined, 'got undefined (a missing environment variable?)'],
    [null, 'got null'],
    ['acme.okta.com', 'got "acme.okta.com"'],
    [[], 'got an empty list'],
    [new URL('https://acme.okta.com'), 'got an object'],
  ])('refuses %p instead of an object', (given, end) => {
    expect(problemOf(() => check(given))).toBe(`okta: expected an object, ${end}`)
  })

  it('refuses unknown members, and says where an option of the guard belongs', () => {
    expect(problemOf(() => check({ domian: 'x' }))).toBe(
      'okta.domian: okta() takes domain, expectedClaims, requiredClaims, claimPaths',
    )
    expect(problemOf(() => check({ domain: 'x', scopes: ['a'] }))).toBe(
      'okta.scopes: write requireScopes(…) on the routes',
    )
    for (const option of ['clockTolerance', 'jwksUri'])
      expect(problemOf(() => check({ [option]: 1 }))).toBe(
        `okta.${option}: it is an option of the guard, not of okta(): write it beside what that returns`,
      )
  })
})

describe.each([
  ['expectName', (value: unknown) => expectName('a.b', value, 'a thing')],
  ['expectSegment', (value: unknown) => expectSegment('a.b', value, 'a thing')],
  ['expectHost', (value: unknown) => expectHost('a.b', value, 'acme.com')],
  ['expectOneOrSeveral', (value: unknown) => expectOneOrSeveral('a.b', value, 'a thing')],
])('%s', (_, check) => {
  it.each([undefined, null, '', ' ', 5, true, {}, [], ['x', ''], 'undefined', 'null', 'NaN'])(
    'refuses %j with a ConfigError that names the option',
    (value) => {
      expect(() => check(value)).toThrow(ConfigError)
      expect(problemOf(() => check(value))).toMatch(/^a\.b(\[1\])?: expected .+, got .+$/)
    },
  )

  it('takes a missing variable for what it is, in a template, too', () => {
    for (const value of [undefined, '', 'undefined', 'https://undefined/', 'null.acme.com'])
      expect(problemOf(() => check(value))).toMatch(/got .+ \(a missing environment variable\?\)$/)
  })

  it('refuses blanks around, which nobody sees', () => {
    for (const value of [' acme.com', 'acme.com\n'])
      expect(problemOf(() => check(value))).toContain('a.b: expected ')
  })
})

describe('expectName', () => {
  it.each(['x', 'https://api.acme.com', 'api://default', 'undefinedly', 'a b', 'my.api'])(
    'takes %j',
    (value) => {
      expect(expectName('a.b', value, 'a thing')).toBe(value)
    },
  )
})

describe('expectSegment', () => {
  it.each(['x', 'eu-central-1_Ab', 'my.realm', '_a~b'])('takes %j', (value) => {
    expect(expectSegment('a.b', value, 'a thing')).toBe(value)
  })

  it.each([
    'a/b',
    '/a',
    'a/',
    '.',
    '..',
    '.a',
    'a b',
    'a?b',
    'a#b',
    'a%2fb',
    'https://a.b',
    'a\\b',
  ])('refuses %j, which would lead elsewhere', (value) => {
    expect(problemOf(() => expectSegment('a.b', value, 'a thing'))).toContain(
      'a.b: expected a thing, alone and without slashes, got ',
    )
  })
})

describe('expectHost', () => {
  it.each(['acme.com', 'acme.eu.auth0.com', 'a-b.c1.d', '1.example'])('takes %j', (value) => {
    expect(expectHost('a.b', value, 'acme.com')).toBe(value)
  })

  it.each([
    'https://acme.com',
    'https://acme.com/',
    'http://acme.com:8080/x?y#z',
    'acme.com/',
    'acme.com/oauth2/default',
    'acme.com:443',
    'ACME.com',
    ' acme.com',
  ])('says which host to write instead of %j', (value) => {
    expect(problemOf(() => expectHost('a.b', value, 'x.y'))).toContain(
      "a.b: expected the host alone (write 'acme.com'), got ",
    )
  })

  it.each([
    'acme',
    '-a.com',
    'a-.com',
    'a..com',
    '.a.com',
    'a_b.com',
    '{yourDomain}',
    'a\u0000.com',
  ])('refuses %j', (value) => {
    expect(problemOf(() => expectHost('a.b', value, 'x.y'))).toContain(
      'a.b: expected a host such as x.y, got ',
    )
  })

  it('keeps the password of a URL out of its message', () => {
    const message = problemOf(() => expectHost('a.b', 'https://me:hunter2@acme.com', 'x.y'))
    expect(message).toContain("write 'acme.com'")
    expect(message).not.toContain('hunter2')
  })
})

describe('expectOneOrSeveral', () => {
  it('takes one, or a list, of which it makes a copy', () => {
    const list = ['a', 'b']
    expect(expectOneOrSeveral('a.b', 'x', 'a thing')).toBe('x')
    expect(expectOneOrSeveral('a.b', list, 'a thing')).toEqual(list)
    expect(expectOneOrSeveral('a.b', list, 'a thing')).not.toBe(list)
  })

  it('names the member of a list that is wrong', () => {
    expect(problemOf(() => expectOneOrSeveral('a.b', ['x', undefined], 'a thing'))).toBe(
      'a.b[1]: expected a thing, got undefined (a missing environment variable?)',
    )
    expect(problemOf(() => expectOneOrSeveral('a.b', [], 'a thing'))).toBe(
      'a.b: expected a thing, got an empty list',
    )
  })

  it('checks each as it is told', () => {
    expect(problemOf(() => expectOneOrSeveral('a.b', ['x', 'y/z'], 'a thing', expectSegment))).toBe(
      'a.b[1]: expected a thing, alone and without slashes, got "y/z"',
    )
  })
})
