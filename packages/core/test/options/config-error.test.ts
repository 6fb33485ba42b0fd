import { ConfigError, describeGiven } from '../../src/options/config-error.ts'

describe('ConfigError', () => {
  it('is a TypeError that names the option and the problem', () => {
    const error = new ConfigError('issuers[1].audience', 'expected a text, got null')
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({
      name: 'ConfigError',
      code: 'ERR_CONFIG',
      option: 'issuers[1].audience',
      message: 'issuers[1].audience: expected a text, got null',
    })
  })
})

describe('describeGiven', () => {
  it.each<[unknown, string]>([
    [undefined, 'got undefined (a missing environment variable?)'],
    [null, 'got null'],
    ['', 'got an empty string (a missing environment variable?)'],
    ['x', 'got "x"'],
    ['a\r\n\u001b', 'got "a\\r\\n\\u001b"'],
    ['https://user:hunter2@a.example/x', 'got "https://...@a.example/x"'],
    [5, 'got 5'],
    [NaN, 'got NaN'],
    [false, 'got false'],
    [[], 'got an empty list'],
    [['secret'], 'got a list'],
    [{ secret: 'x' }, 'got an object'],
    [() => 'secret', 'got a function'],
    [Symbol('secret'), 'got a symbol'],
    [5n, 'got a bigint'],
  ])('describes %p', (value, description) => {
    expect(describeGiven(value)).toBe(description)
  })
})
