import { ConfigError } from '../../src/options/config-error.ts'
import type { TokenSource } from '../../src/extract-token.ts'
import { resolveTokenSources } from '../../src/options/resolve-token-sources.ts'
import { thrownBy } from '../mint.ts'

const resolve = (given: unknown) => resolveTokenSources(given as TokenSource)
const problem = (given: unknown) => {
  const error = thrownBy(() => resolve(given))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe('resolveTokenSources', () => {
  it('takes one source or several', () => {
    const source = () => 'token'
    expect(resolve('header')).toEqual(['header'])
    expect(resolve(['header', 'form', 'query', source])).toEqual([
      'header',
      'form',
      'query',
      source,
    ])
  })

  it('copies a cookie source', () => {
    const given = { cookie: '__Host-access', origins: ['https://app.example', 'http://a:8080'] }
    const [source] = resolve(given)
    expect(source).toEqual(given)
    given.origins.push('https://evil.example')
    expect(source).toEqual({
      cookie: '__Host-access',
      origins: ['https://app.example', 'http://a:8080'],
    })
    expect(resolve({ cookie: 'a' })).toEqual([{ cookie: 'a', origins: [] }])
  })

  it('refuses a source twice, and members it does not know', () => {
    const source = () => 'token'
    for (const given of [
      ['header', 'header'],
      [source, source],
      [{ cookie: 'a' }, { cookie: 'a', origins: ['https://app.example'] }],
    ])
      expect(problem(given)).toBe('tokenFrom: expected each source once')
    expect(problem({ cookie: 'a', origin: 'https://app.example' })).toBe(
      'tokenFrom.origin: expected cookie and origins only',
    )
    expect(resolve([{ cookie: 'a' }, { cookie: 'b' }])).toHaveLength(2)
    expect(resolve(['header', { cookie: 'header' }])).toHaveLength(2)
  })

  it('refuses an empty list', () => {
    expect(problem([])).toBe('tokenFrom: expected at least one source, got an empty list')
  })

  it.each(['', 'Header', 'cookie', 'body', 5, null, true, {}, { name: 'a' }, [['header']]])(
    'refuses %j',
    (given) => {
      expect(problem(given)).toContain(
        "expected 'header', 'form', 'query', { cookie } or a function, got ",
      )
      expect(problem(['header', given])).toMatch(/^tokenFrom\[1\]: /)
    },
  )

  it.each(['', 'a b', 'a=b', 'a;b', 'a,b', '"a"', 'a\r\n', 'ñ', 5, undefined, null, ['a']])(
    'refuses the cookie %j',
    (cookie) => {
      expect(problem({ cookie })).toContain('tokenFrom.cookie: expected the name of a cookie, got ')
    },
  )

  it.each([
    'app.example',
    'https://app.example/',
    'https://app.example/x',
    'https://App.example',
    'https://app.example:443',
    '*',
    'null',
    '//app.example',
  ])('refuses the origin %j, which no browser sends', (origin) => {
    expect(problem({ cookie: 'a', origins: [origin] })).toContain('tokenFrom.origins: expected')
  })

  it.each(['https://app.example', null, {}, 5, [''], [5]])('refuses the origins %j', (origins) => {
    expect(problem({ cookie: 'a', origins })).toMatch(/^tokenFrom\.origins/)
  })
})
