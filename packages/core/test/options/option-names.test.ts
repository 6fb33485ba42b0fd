import { ConfigError } from '../../src/options/config-error.ts'
import { commonOptionNames, refuseUnknown } from '../../src/options/option-names.ts'
import { thrownBy } from '../mint.ts'

const problem = (options: object, known: readonly string[] = [], path = '') => {
  const error = thrownBy(() => {
    refuseUnknown(options, known, path)
  })
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe('refuseUnknown', () => {
  it('lets known options pass, whatever they are', () => {
    expect(() => {
      refuseUnknown({ a: undefined, b: null }, ['a', 'b', 'c'], '')
    }).not.toThrow()
    expect(() => {
      refuseUnknown({}, [], '')
    }).not.toThrow()
  })

  it.each<[string, string]>([
    ['audience', 'audience: with issuers, it belongs into each of them'],
    ['jwksUri', 'jwksUri: with issuers, it belongs into each of them'],
    ['tenant', 'tenant: with issuers, it belongs into each of them'],
    ['clockTolerance', 'clockTolerance: it belongs beside issuers, not into one of them'],
    ['cache', 'cache: it belongs beside issuers, not into one of them'],
    ['aud', 'aud: write audience'],
    ...['allow', 'resolve', 'maxIssuers', 'allowPrivateHosts'].map((name): [string, string] => [
      name,
      `${name}: it says how issuers are looked up: write issuers: { allow, resolve }`,
    ]),
    ['openSession', 'openSession: this is an issuer: write issuer.trust()'],
    ['nonsense', 'nonsense: there is no such option'],
    ['toString', 'toString: there is no such option'],
  ])('says where %s belongs', (name, message) => {
    expect(problem({ [name]: undefined })).toContain(message)
  })

  it('names the option by its path', () => {
    expect(problem({ a: 1, nonsense: 1 }, ['a'], 'issuers[1].')).toMatch(
      /^issuers\[1\]\.nonsense: /,
    )
  })

  it('does not take a similar name', () => {
    expect(problem({ Audience: 'x' }, ['audience'])).toMatch(/^Audience: /)
  })
})

it('commonOptionNames lists every option that belongs to no issuer', () => {
  expect([...commonOptionNames].sort()).toEqual([
    'cache',
    'check',
    'clock',
    'clockTolerance',
    'maxTokenSize',
    'optional',
    'realm',
    'resourceMetadata',
    'revocation',
    'schema',
    'tokenFrom',
  ])
})
