import { createGuard, type RouteRequest } from '@gatewarden/core'
import {
  basic,
  bearer,
  cookie,
  isAlive,
  NO_STORE,
  OURS,
  type Sent,
  serve,
  type Served,
  SERVER_SECRET,
  SESSIONS_UNAVAILABLE,
  STORE_SECRET,
  WEB_ONLY,
} from './serve.ts'
import { loggedRevocations } from '../logged-revocations.ts'
import { untilTrue } from '../until-true.ts'

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

interface Tokens {
  readonly refreshToken: string
  readonly accessToken: string
  readonly sid: string
}

type Case = readonly [
  name: string,
  client: string,
  toRequest: (tokens: Tokens) => readonly [method: string, path: string, sent: Sent],
  status: number,
]

const CASES: readonly Case[] = [
  [
    'a refresh by cookie',
    'web',
    ({ refreshToken }) => [
      'POST',
      '/auth/refresh',
      { headers: { ...OURS, ...cookie(refreshToken) } },
    ],
    200,
  ],
  [
    'a refresh by form',
    'mobile',
    ({ refreshToken }) => [
      'POST',
      '/auth/refresh',
      { form: { grant_type: 'refresh_token', client_id: 'mobile', refresh_token: refreshToken } },
    ],
    200,
  ],
  [
    'a logout by cookie',
    'web',
    ({ refreshToken }) => [
      'POST',
      '/auth/logout',
      { headers: { ...OURS, ...cookie(refreshToken) } },
    ],
    204,
  ],
  [
    'a logout by form',
    'mobile',
    ({ refreshToken }) => [
      'POST',
      '/auth/logout',
      { form: { client_id: 'mobile', refresh_token: refreshToken } },
    ],
    204,
  ],
  [
    'a logout by access token',
    'web',
    ({ accessToken }) => ['POST', '/auth/logout', { headers: bearer(accessToken) }],
    204,
  ],
  [
    'a logout everywhere by cookie',
    'web',
    ({ refreshToken }) => [
      'POST',
      '/auth/logout-everywhere',
      { headers: { ...OURS, ...cookie(refreshToken) } },
    ],
    204,
  ],
  [
    'a logout everywhere by access token',
    'web',
    ({ accessToken }) => ['POST', '/auth/logout-everywhere', { headers: bearer(accessToken) }],
    204,
  ],
  [
    'the list of sessions',
    'web',
    ({ accessToken }) => ['GET', '/auth/sessions', { headers: bearer(accessToken) }],
    200,
  ],
  [
    'the end of a session',
    'web',
    ({ accessToken, sid }) => ['DELETE', `/auth/sessions/${sid}`, { headers: bearer(accessToken) }],
    204,
  ],
  [
    'a revocation of a refresh token',
    'mobile',
    ({ refreshToken }) => [
      'POST',
      '/auth/revoke',
      { form: { client_id: 'mobile', token: refreshToken } },
    ],
    200,
  ],
  [
    'a revocation of an access token',
    'mobile',
    ({ accessToken }) => [
      'POST',
      '/auth/revoke',
      { form: { client_id: 'mobile', token: accessToken } },
    ],
    200,
  ],
]

/** The ones that are answered from memory, until what is there is too old to go by. */
const BY_MEMORY: readonly Case[] = [
  [
    'an introspection',
    'mobile',
    ({ accessToken }) => [
      'POST',
      '/auth/introspect',
      { headers: basic('server', SERVER_SECRET), form: { token: accessToken } },
    ],
    200,
  ],
]

describe('AS-20 attack 135: while the store is down', () => {
  it.each(CASES)(
    '%s is answered 503, takes no cookie away, and works when it is back',
    async (...given) => {
      const [name, client, toRequest, status] = given
      const isEnd = /logout|end|revocation/.test(name)
      const isOfAccessTokenAlone = name === 'a revocation of an access token'
      const tokens = await api.issuer.openSession({ subject: 'alice', client })
      const request = toRequest(tokens)
      api.outage.isOn = true
      const answer = await api.send(...request)
      expect(answer).toMatchObject({ status: 503, json: SESSIONS_UNAVAILABLE, cookies: [] })
      expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
      expect(JSON.stringify(answer)).not.toContain('hunter2')
      api.outage.isOn = false
      expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
      expect((await api.send(...request)).status).toBe(status)
      // And now it is so for everybody: another process reads the same store.
      const other = await serve({ store: api.store })
      const guard = createGuard(other.issuer.trust())
      const isRevoked = await guard.verify(tokens.accessToken).then(
        () => false,
        () => true,
      )
      expect(isRevoked).toBe(isEnd)
      expect(await isAlive(other, 'alice', tokens.sid)).toBe(!isEnd || isOfAccessTokenAlone)
      await other.close()
    },
  )

  it.each([...BY_MEMORY, ...CASES])(
    '%s is answered 503 when nobody knows any more what was revoked',
    async (...given) => {
      const [, client, toRequest, status] = given
      const tokens = await api.issuer.openSession({ subject: 'alice', client })
      const request = toRequest(tokens)
      api.outage.isOn = true
      api.clock.advance(31)
      const answer = await api.send(...request)
      expect(answer).toMatchObject({ status: 503, cookies: [] })
      expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
      expect(answer.headers).not.toHaveProperty('www-authenticate')
      expect(answer.json).not.toHaveProperty('active')
      expect(JSON.stringify(answer)).not.toContain('hunter2')
      api.outage.isOn = false
      expect((await api.send(...request)).status).toBe(status)
    },
  )

  it.each(CASES.filter(([name]) => /logout|end|revocation/.test(name)))(
    '%s that the log did not get counts here at once, and can be tried again with the same token',
    async (...given) => {
      const [name, client, toRequest, status] = given
      const tokens = await api.issuer.openSession({ subject: 'alice', client })
      const guard = createGuard(api.issuer.trust())
      await guard.verify(tokens.accessToken)
      const request = toRequest(tokens)
      Object.assign(api.outage, { isOn: true, of: /^revocations\.append$/ })
      const answer = await api.send(...request)
      expect(answer).toMatchObject({ status: 503, json: SESSIONS_UNAVAILABLE, cookies: [] })
      await expect(guard.verify(tokens.accessToken)).rejects.toMatchObject({
        code: 'ERR_TOKEN_REVOKED',
      })
      expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
      api.outage.isOn = false
      expect((await api.send(...request)).status).toBe(status)
      const isOfAccessTokenAlone = name === 'a revocation of an access token'
      expect(await isAlive(api, 'alice', tokens.sid)).toBe(isOfAccessTokenAlone)
      expect(await loggedRevocations(api.store, api.clock())).toHaveLength(1)
      // Durable now: it counts for the routes, too.
      const headers = bearer(tokens.accessToken)
      expect((await api.send('GET', '/auth/sessions', { headers })).status).toBe(401)
    },
  )

  it('what was revoked is known for it when the log has it after all, though its answer was lost', async () => {
    const { accessToken } = await api.issuer.openSession({ subject: 'alice', client: 'mobile' })
    Object.assign(api.outage, { isOn: true, of: /^revocations\.append$/, isAfter: true })
    const form = { client_id: 'mobile', token: accessToken }
    expect((await api.send('POST', '/auth/revoke', { form })).status).toBe(503)
    api.outage.isOn = false
    const list = () => api.send('GET', '/auth/sessions', { headers: bearer(accessToken) })
    // At the next reading of the log, or the next try to append.
    await untilTrue(async () => (await list()).status === 401)
  })

  it('keys and metadata are there', async () => {
    await api.issuer.ready()
    api.outage.isOn = true
    api.clock.advance(300)
    for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server'])
      expect((await api.send('GET', path)).status).toBe(200)
  })

  it('keys are there until nobody knows any more whether one was revoked', async () => {
    await api.issuer.ready()
    Object.assign(api.outage, { isOn: true, of: /^keys\./ })
    const get = () => api.send('GET', '/.well-known/jwks.json')
    api.clock.advance(43_199)
    expect((await get()).status).toBe(200)
    api.clock.advance(60)
    const answer = await get()
    expect(answer).toMatchObject({
      status: 503,
      json: {
        error: 'temporarily_unavailable',
        error_description: 'Access tokens cannot be signed.',
      },
    })
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
    expect(answer.headers).not.toHaveProperty('etag')
    api.outage.isOn = false
    api.clock.advance(60)
    expect((await get()).status).toBe(200)
  })

  it('a forged refresh token is still refused: that asks no store', async () => {
    await api.issuer.ready()
    api.outage.isOn = true
    const answer = await api.send('POST', '/auth/refresh', { headers: { ...OURS, ...cookie('x') } })
    expect(answer.status).toBe(400)
  })
})

describe('a process that starts while the store is down', () => {
  const PATHS: readonly (readonly [string, string])[] = [
    ['POST', '/auth/refresh'],
    ['POST', '/auth/logout'],
    ['POST', '/auth/logout-everywhere'],
    ['GET', '/auth/sessions'],
    ['DELETE', '/auth/sessions/x'],
    ['POST', '/auth/revoke'],
    ['POST', '/auth/introspect'],
    ['GET', '/.well-known/jwks.json'],
    ['GET', '/.well-known/oauth-authorization-server'],
  ]

  it.each(PATHS)(
    'answers 503 to %s %s, and as it should when the store is there',
    async (method, path) => {
      api.outage.isOn = true
      const answer = await api.send(method, path, { headers: OURS })
      expect(answer).toMatchObject({ status: 503, cookies: [] })
      expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
      expect(answer.json).toMatchObject({ error: 'temporarily_unavailable' })
      expect(JSON.stringify(answer)).not.toContain('hunter2')
      api.outage.isOn = false
      api.clock.advance(60)
      expect((await api.send(method, path, { headers: OURS })).status).toBeLessThan(500)
    },
  )

  it.each(['/.well-known/jwks.json', '/auth/sessions'])(
    'says of keys that cannot be had that it cannot sign: %s',
    async (path) => {
      Object.assign(api.outage, { isOn: true, of: /^keys\./ })
      const answer = await api.send('GET', path)
      expect(answer).toMatchObject({
        status: 503,
        json: {
          error: 'temporarily_unavailable',
          error_description: 'Access tokens cannot be signed.',
        },
      })
      expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    },
  )

  it('has every route in this list', () => {
    expect(
      api.issuer.routes.map(({ method, path }) => [method, path.replace(':sid', 'x')]),
    ).toEqual(PATHS)
  })
})

describe('what fails besides the store', () => {
  it('is no reason to log anyone out: a signer that fails', async () => {
    const { generateKeyPairSync, sign } = await import('node:crypto')
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    let isDown = false
    const other = await serve({
      clients: WEB_ONLY,
      signers: [
        {
          algorithm: 'EdDSA',
          publicKey,
          sign: (input) => {
            if (isDown) throw new Error(`kms ${STORE_SECRET}`)
            return sign(null, input, privateKey)
          },
        },
      ],
    })
    const tokens = await other.issuer.openSession({ subject: 'alice' })
    isDown = true
    const headers = { ...OURS, ...cookie(tokens.refreshToken) }
    const answer = await other.send('POST', '/auth/refresh', { headers })
    expect(answer).toMatchObject({
      status: 503,
      json: {
        error: 'temporarily_unavailable',
        error_description: 'Access tokens cannot be signed.',
      },
      cookies: [],
    })
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
    isDown = false
    expect((await other.send('POST', '/auth/refresh', { headers })).status).toBe(200)
    await other.close()
  })

  it('is no reason to log anyone out: an onRefresh that throws', async () => {
    let isDown = true
    const other = await serve({
      clients: WEB_ONLY,
      onRefresh: () => {
        if (isDown) throw new Error(STORE_SECRET)
        return { scope: 'read' }
      },
    })
    const { refreshToken } = await other.issuer.openSession({ subject: 'alice', scope: 'read' })
    const headers = { ...OURS, ...cookie(refreshToken) }
    const answer = await other.send('POST', '/auth/refresh', { headers })
    expect(answer).toMatchObject({
      status: 503,
      json: {
        error: 'temporarily_unavailable',
        error_description: 'What the session may do cannot be looked up.',
      },
      cookies: [],
    })
    isDown = false
    expect((await other.send('POST', '/auth/refresh', { headers })).status).toBe(200)
    await other.close()
  })

  it('attack 123: a part of the application that fails as nothing should, shows nothing', async () => {
    const other = await serve({ clients: WEB_ONLY })
    await other.issuer.ready()
    const route = other.issuer.routes.find(({ path }) => path === '/auth/logout')!
    const request = {
      method: 'POST',
      params: {},
      get headers(): never {
        throw new TypeError(`at /srv/app/node_modules/x.js ${STORE_SECRET}`)
      },
    } as unknown as RouteRequest
    expect(await route.handle(request)).toEqual({
      status: 503,
      headers: { ...NO_STORE, 'content-type': 'application/json', 'retry-after': '5' },
      body: JSON.stringify(SESSIONS_UNAVAILABLE),
    })
    await other.close()
  })
})
