import type { IssuerOptions } from '../src/options.ts'
import { resolveOptions } from '../src/resolve-options.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { API, DAY, ISSUER, NOON, SECRET, signer, thrownBy } from './test-issuer.ts'

type Given = Partial<Record<string, unknown>>

const minimal = { issuer: ISSUER, audience: API, secret: SECRET, onRefresh: null }
const resolve = (given: Given = {}) => resolveOptions({ ...minimal, ...given })
const refusalOf = (given: unknown) => {
  const error = thrownBy(() => resolveOptions(given as IssuerOptions))
  expect(error).toMatchObject({ name: 'ConfigError', code: 'ERR_CONFIG' })
  return error.message
}
const refusal = (given: Given) => refusalOf({ ...minimal, ...given })

describe('resolveOptions', () => {
  it('fills in the defaults that the documentation states', () => {
    const { clients, store, secrets, clock, ...settings } = resolve()
    expect(settings).toEqual({
      issuer: ISSUER,
      audiences: [API],
      onRefresh: null,
      longestLifetime: 900,
      origins: [],
      cookie: {
        refreshName: '__Host-gw_rt',
        accessName: undefined,
        path: '/',
        sameSite: 'Strict',
      },
      accessTokenLifetime: 600,
      accessTokenJitter: 0.1,
      idleLifetime: 14 * DAY,
      sessionLifetime: 90 * DAY,
      replayWindow: 30,
      lateReplay: true,
      revocation: {},
      keys: {},
      signers: undefined,
      basePath: '/auth',
    })
    expect(clients.all).toEqual([expect.objectContaining({ id: 'web', transport: 'cookie' })])
    expect(store.name).toBe('memory')
    expect(secrets).toHaveLength(1)
    expect(Math.abs(clock() - Date.now() / 1_000)).toBeLessThan(5)
  })

  it('takes undefined for what is absent', () => {
    const names = [
      ...['store', 'clients', 'origins', 'cookie', 'accessTokenLifetime', 'allowLongAccessTokens'],
      ...['accessTokenJitter', 'idleLifetime', 'sessionLifetime', 'replayWindow', 'lateReplay'],
      ...['revocation', 'keys', 'signers', 'basePath', 'clock'],
    ]
    const { clients, ...settings } = resolve(Object.fromEntries(names.map((n) => [n, undefined])))
    expect(settings).toMatchObject({ accessTokenLifetime: 600, replayWindow: 30, lateReplay: true })
    expect(clients.ofCookies?.id).toBe('web')
  })

  it('changes nothing of what was given, and reads nothing that was not', () => {
    const audience = [API]
    const options = Object.freeze({ ...minimal, audience })
    const settings = resolveOptions(options)
    audience.push('https://evil.example')
    expect(settings.audiences).toEqual([API])
    const prototype = Object.prototype as unknown as Given
    prototype.lateReplay = false
    try {
      expect(resolve().lateReplay).toBe(true)
    } finally {
      delete prototype.lateReplay
    }
  })

  it('takes what is given', () => {
    const onRefresh = () => ({})
    const store = createMemoryStore()
    const given = {
      audience: [API, 'files'],
      onRefresh,
      store,
      clients: { app: {} },
      origins: ['https://app.example.com', 'http://localhost:5173'],
      basePath: '/api/v1/auth',
      clock: () => NOON,
      keys: { lead: 1_200 },
    }
    const { audience, clients, ...same } = given
    const settings = resolve(given)
    expect(settings).toMatchObject({ ...same, audiences: audience })
    expect(settings.clients.all.map(({ id }) => id)).toEqual(Object.keys(clients))
    expect(resolve({ signers: [signer] }).signers).toEqual([signer])
    expect(resolve({ basePath: '' }).basePath).toBe('')
  })

  it.each([
    ['accessTokenLifetime', 1, 900, 0.999, 901],
    ['accessTokenJitter', 0, 0.5, -0.001, 0.501],
    ['idleLifetime', 600, 400 * DAY, 599, 400 * DAY + 1],
    ['sessionLifetime', 600, 400 * DAY, 599, 400 * DAY + 1],
    ['replayWindow', 0, 300, -1, 301],
  ])('%s is between %d and %d', (name, least, most, below, above) => {
    expect(resolve({ [name]: least })).toHaveProperty(name, least)
    expect(resolve({ [name]: most })).toHaveProperty(name, most)
    expect(refusal({ [name]: below })).toContain(`${name}: expected `)
    expect(refusal({ [name]: below })).toContain(`got ${below}`)
    expect(refusal({ [name]: above })).toContain(`${name}: expected `)
    expect(refusal({ [name]: above })).toContain(`got ${above}`)
    for (const wrong of [NaN, Infinity, `${least}`, null, [least], 600n])
      expect(refusal({ [name]: wrong })).toContain(`${name}: expected `)
  })

  it('lets access tokens live for up to a day where that was said to be meant', () => {
    const long = { allowLongAccessTokens: true, idleLifetime: DAY }
    expect(resolve({ ...long, accessTokenLifetime: DAY }).accessTokenLifetime).toBe(DAY)
    expect(refusal({ ...long, accessTokenLifetime: DAY + 1 })).toBe(
      'accessTokenLifetime: expected seconds between 1 and 86400, got 86401',
    )
    expect(refusal({ accessTokenLifetime: 901 })).toBe(
      'accessTokenLifetime: expected at most 900 seconds, got 901: a stolen token counts for so long; ' +
        'write allowLongAccessTokens: true if it must',
    )
    expect(refusal({ accessTokenLifetime: 600_000 })).toBe(
      'accessTokenLifetime: expected seconds between 1 and 900, got 600000',
    )
  })

  it('lets no session end before its first access token', () => {
    expect(refusal({ accessTokenLifetime: 900, idleLifetime: 899 })).toBe(
      'idleLifetime: expected seconds between 900 and 34560000, got 899',
    )
    expect(refusal({ accessTokenLifetime: 900, sessionLifetime: 899 })).toBe(
      'sessionLifetime: expected seconds between 900 and 34560000, got 899',
    )
  })

  it.each<[string, Given, string]>([
    ['an issuer by http', { issuer: 'http://login.example.com' }, 'issuer: expected its https URL'],
    ['an issuer with a query', { issuer: `${ISSUER}?a=1` }, 'issuer: expected its https URL'],
    ['an issuer with an empty query', { issuer: `${ISSUER}/?` }, 'issuer: expected its https URL'],
    ['an issuer with a fragment', { issuer: `${ISSUER}#a` }, 'issuer: expected its https URL'],
    [
      'an issuer that is no URL',
      { issuer: 'login' },
      'issuer: expected its https URL (http on the',
    ],
    ['no issuer', { issuer: undefined }, 'got undefined (a missing environment variable?)'],
    ['no audience', { audience: undefined }, 'audience: expected a text, got undefined'],
    [
      'null as audience: an issuer has one',
      { audience: null },
      'audience: expected a text, got null',
    ],
    ['an empty audience', { audience: '' }, 'audience: expected a text, got an empty string'],
    [
      'no audience in a list',
      { audience: [] },
      'audience: expected at least one, got an empty list',
    ],
    ['a number in a list', { audience: [API, 1] }, 'audience[1]: expected a text, got 1'],
    ['no secret', { secret: undefined }, 'secret: expected a secret of at least 32 bytes'],
    [
      'onRefresh left out',
      { onRefresh: undefined },
      'onRefresh: expected a function that says what the user may do now, or null to let sessions keep what they were opened with',
    ],
    ['onRefresh: true', { onRefresh: true }, 'onRefresh: expected a function, got true'],
    [
      'a Redis client as store',
      { store: { get: () => 1, set: () => 1 } },
      'store: expected createMemoryStore(), createPostgresStore(pool) or createRedisStore(client), got an object',
    ],
    ['a connection string', { store: 'redis://localhost' }, 'store: expected createMemoryStore()'],
    ['null as store', { store: null }, 'store: expected createMemoryStore(), '],
    ['no clients', { clients: {} }, 'clients: expected { name: { transport } }'],
    ['null as clients', { clients: null }, 'clients: expected { name: { transport } }, got null'],
    ['an origin as a text', { origins: 'https://a.example' }, 'origins: expected a list of texts'],
    [
      'an origin with a path',
      { origins: ['https://a.example', 'https://b.example/'] },
      'origins[1]: expected an origin, as in https://app.example.com, got "https://b.example/"',
    ],
    [
      'an origin with a default port',
      { origins: ['https://a.example:443'] },
      'origins[0]: expected an',
    ],
    ['an origin in capitals', { origins: ['https://A.example'] }, 'origins[0]: expected an origin'],
    ['a star', { origins: ['*'] }, 'origins[0]: expected an origin'],
    ['null as an origin', { origins: ['null'] }, 'origins[0]: expected an origin'],
    ['another cookie', { cookie: { secure: false } }, 'cookie.secure: there is no such option'],
    [
      'SameSite=None without origins',
      { cookie: { sameSite: 'None' } },
      "cookie.sameSite: 'None' is for pages of another site: list them in origins",
    ],
    ['a text for lateReplay', { lateReplay: 'no' }, 'lateReplay: expected true or false, got "no"'],
    [
      '1 for a switch',
      { allowLongAccessTokens: 1 },
      'allowLongAccessTokens: expected true or false',
    ],
    ['a clock that is a time', { clock: NOON }, 'clock: expected a function, got 1800000000'],
    ['a clock that tells no time', { clock: () => new Date() }, 'clock: expected a function that'],
    ['keys and signers', { keys: {}, signers: [signer] }, 'signers: they stand in place of keys'],
    [
      'a path without a slash',
      { basePath: 'auth' },
      'basePath: expected a path as in /auth, without',
    ],
    ['a path with a slash at the end', { basePath: '/auth/' }, 'basePath: expected a path'],
    ['the root as a slash', { basePath: '/' }, 'basePath: expected a path'],
    ['a path that goes up', { basePath: '/a/../b' }, 'basePath: expected a path'],
    ['a path that ends going up', { basePath: '/a/..' }, 'basePath: expected a path'],
    ['a path with a parameter', { basePath: '/:tenant' }, 'basePath: expected a path'],
    ['a path with a query', { basePath: '/auth?x' }, 'basePath: expected a path'],
    ['a path that is no text', { basePath: ['/auth'] }, 'basePath: expected a path'],
    [
      'a name mistyped',
      { replaywindow: 1 },
      'replaywindow: there is no such option; there are issuer, audience, secret,',
    ],
    [
      'half a second',
      { accessTokenLifetime: 600.5 },
      'accessTokenLifetime: expected whole seconds',
    ],
    ['half a second', { idleLifetime: 3_600.5 }, 'idleLifetime: expected whole seconds'],
    ['half a second', { sessionLifetime: 3_600.5 }, 'sessionLifetime: expected whole seconds'],
    ['half a second', { replayWindow: 0.5 }, 'replayWindow: expected whole seconds'],
  ])('refuses %s', (_, given, message) => {
    expect(refusal(given)).toContain(message)
  })

  it.each([
    ['expiresIn', '10m', 'expiresIn: write accessTokenLifetime, in seconds'],
    [
      'signOptions',
      {},
      'signOptions: write accessTokenLifetime, audience and issuer as options of their own',
    ],
    [
      'privateKey',
      'x',
      'privateKey: keys are made and changed by the issuer; for keys of your own write signers',
    ],
    ['algorithm', 'RS256', 'algorithm: write keys: { algorithm }'],
    [
      'refreshTokenLifetime',
      1,
      'refreshTokenLifetime: write idleLifetime and sessionLifetime, in seconds',
    ],
    ['secrets', [], 'secrets: write secret: a list holds several'],
    ['cookies', {}, 'cookies: write cookie'],
  ])('tells who comes from another library what stands for %s here', (name, value, message) => {
    expect(refusal({ [name]: value })).toBe(message)
  })

  it.each([
    ['nothing', undefined, 'got undefined (a missing environment variable?)'],
    ['null', null, 'got null'],
    ['a list', [minimal], 'got a list'],
    ['an object of a class', Object.assign(new (class Options {})(), minimal), 'got an object'],
  ])('refuses %s as options', (_, given, message) => {
    expect(refusalOf(given)).toBe(`options: expected a plain object, ${message}`)
  })

  it('takes an issuer on the loopback interface by http, for development', () => {
    for (const issuer of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
      expect(resolve({ issuer }).issuer).toBe(issuer)
    expect(refusal({ issuer: 'http://127.0.0.1.example.com' })).toContain('issuer: expected')
  })

  it('takes SameSite=None with origins', () => {
    const given = { cookie: { sameSite: 'None' }, origins: ['https://app.example.com'] }
    expect(resolve(given).cookie.sameSite).toBe('None')
  })

  it('never repeats a secret', () => {
    expect(refusal({ secret: 'hunter2-hunter2' })).not.toContain('hunter2')
    expect(refusal({ clients: { app: { secret: 'hunter2' } } })).not.toContain('hunter2')
  })
})
