import { ConfigError } from '../../src/options/config-error.ts'
import { resolveReceiver } from '../../src/receivers/resolve-receiver.ts'
import { clock, ISSUER, newEcKeys, thrownBy } from '../mint.ts'

const { publicKey } = newEcKeys()
const DEFAULTS = { path: '/messages', maxTokenAge: 3_600, ownNames: ['clientId'] }
const OPTIONS = {
  issuer: ISSUER,
  publicKey,
  revocations: { revoke: () => undefined },
  longestLifetime: 600,
  clock,
}
const resolve = (changes: Record<string, unknown> = {}) =>
  resolveReceiver({ ...OPTIONS, ...changes }, DEFAULTS)
const problem = (changes: Record<string, unknown>) => {
  const error = thrownBy(() => resolve(changes))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe('resolveReceiver', () => {
  it('fills in what is not given', () => {
    expect(resolve()).toMatchObject({
      issuer: ISSUER,
      path: '/messages',
      longestLifetime: 600,
      endsSubject: false,
      clockTolerance: 30,
      maxTokenAge: 3_600,
      clock,
    })
  })

  it('takes every option that it shares, and those of its own', () => {
    const given = {
      algorithms: ['ES256'],
      allowInsecureHttp: false,
      ends: 'subject',
      clockTolerance: 0,
      maxTokenAge: 60,
      path: '/a/b',
      clientId: 'shop',
    }
    expect(resolve(given)).toMatchObject({
      endsSubject: true,
      clockTolerance: 0,
      maxTokenAge: 60,
      path: '/a/b',
    })
  })

  it('takes maxStale where keys are fetched', () => {
    const { publicKey: _, ...rest } = OPTIONS
    const remote = { ...rest, jwksUri: 'https://sender.example/jwks', maxStale: 60 }
    expect(resolveReceiver(remote, DEFAULTS).issuer).toBe(ISSUER)
  })

  it.each(['/x', '/backchannel-logout', '/a/b.c/~d_1-2', '/..a', '/.well-known/x', '/a../b'])(
    'takes the path %s',
    (path) => {
      expect(resolve({ path }).path).toBe(path)
    },
  )

  it.each([
    '',
    '/',
    'logout',
    'x/logout',
    '/logout/',
    '//logout',
    '/a//b',
    '/a b',
    '/:id',
    '/a?b',
    '/a#b',
    '/a%20b',
    '/.',
    '/..',
    '/./a',
    '/../a',
    '/a/.',
    '/a/..',
    '/a/./b',
    '/a/../b',
    7,
    ['/a'],
  ])('refuses the path %j', (path) => {
    expect(problem({ path })).toMatch(/path: expected a path as in \/backchannel-logout/)
  })

  it.each([
    ['ends', 'user', /ends: expected 'session' or 'subject'/],
    ['longestLifetime', 0, /longestLifetime/],
    ['longestLifetime', 2_678_401, /longestLifetime/],
    ['longestLifetime', undefined, /longestLifetime/],
    ['clockTolerance', 301, /clockTolerance/],
    ['maxTokenAge', 0, /maxTokenAge/],
    ['maxTokenAge', 31_536_001, /maxTokenAge/],
    ['revocations', {}, /revocations: expected what revokes, such as a revocation feed/],
    ['revocations', undefined, /revocations: expected what revokes/],
    ['audience', 'shop', /audience: write clientId/],
    ['colour', 'red', /colour: there is no such option/],
  ])('refuses %s that is %j', (option, given, message) => {
    expect(problem({ [option]: given })).toMatch(message)
  })
})
