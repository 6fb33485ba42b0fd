import type { RejectedEvent } from '@gatewarden/core'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { bearer, CLEARED, cookie, HOST, isAlive, PAGE, serve, type Served } from './serve.ts'

let api: Served
beforeAll(async () => {
  const cookies = { path: '/', accessToken: 'gw_at' }
  api = await serve({ cookie: cookies, clients: { web: { transport: 'cookie' }, mobile: {} } })
})
afterAll(() => api.close())

const REFUSED = {
  status: 403,
  cookies: [],
  json: {
    title: 'Forbidden',
    status: 403,
    detail: 'A request authenticated by a cookie must prove that it comes from an allowed origin.',
  },
}

interface Write {
  readonly method: string
  readonly path: string
  readonly cookie: string
  readonly status: number
}

/** Every write that a cookie authenticates. */
const WRITES: readonly (readonly [
  string,
  (tokens: { refreshToken: string; accessToken: string; sid: string }) => Write,
])[] = [
  [
    'a refresh',
    ({ refreshToken }) => ({
      method: 'POST',
      path: '/auth/refresh',
      cookie: `__Host-gw_rt=${refreshToken}`,
      status: 200,
    }),
  ],
  [
    'a logout',
    ({ refreshToken }) => ({
      method: 'POST',
      path: '/auth/logout',
      cookie: `__Host-gw_rt=${refreshToken}`,
      status: 204,
    }),
  ],
  [
    'a logout by the access token’s cookie',
    ({ accessToken }) => ({
      method: 'POST',
      path: '/auth/logout',
      cookie: `__Host-gw_at=${accessToken}`,
      status: 204,
    }),
  ],
  [
    'a logout everywhere',
    ({ refreshToken }) => ({
      method: 'POST',
      path: '/auth/logout-everywhere',
      cookie: `__Host-gw_rt=${refreshToken}`,
      status: 204,
    }),
  ],
  [
    'a logout everywhere by the access token’s cookie',
    ({ accessToken }) => ({
      method: 'POST',
      path: '/auth/logout-everywhere',
      cookie: `__Host-gw_at=${accessToken}`,
      status: 204,
    }),
  ],
  [
    'the end of a session by the access token’s cookie',
    ({ accessToken, sid }) => ({
      method: 'DELETE',
      path: `/auth/sessions/${sid}`,
      cookie: `__Host-gw_at=${accessToken}`,
      status: 204,
    }),
  ],
]

const OWN = `https://${HOST}`
const header = { 'x-gatewarden': '1' }
const own = { ...header, origin: OWN }
const listed = { ...header, origin: PAGE }

const REFUSALS: readonly (readonly [string, Record<string, string>])[] = [
  ['no header of its own', {}],
  ['no header of its own, from its own origin', { origin: OWN, 'sec-fetch-site': 'same-origin' }],
  ['another value of the header', { 'x-gatewarden': 'true', origin: OWN }],
  ['a foreign origin', { ...header, origin: 'https://evil.example' }],
  [
    'a foreign origin that says it is the same',
    { ...header, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ],
  [
    'the origin of a sub-domain',
    { ...header, origin: `https://x.${HOST}`, 'sec-fetch-site': 'same-site' },
  ],
  ['an origin that begins like ours', { ...header, origin: `https://${HOST}.evil.example` }],
  ['another port', { ...header, origin: `https://${HOST}:8443` }],
  ['the origin null, of a sandbox or a redirect', { ...header, origin: 'null' }],
  [
    'the origin null and Sec-Fetch-Site cross-site',
    { ...header, origin: 'null', 'sec-fetch-site': 'cross-site' },
  ],
  ['a browser without Origin', { ...header, 'sec-fetch-site': 'same-origin' }],
  ['a browser of a foreign page without Origin', { ...header, 'sec-fetch-site': 'cross-site' }],
  ['Node’s fetch without Origin', { ...header, 'sec-fetch-mode': 'cors' }],
  ['its own origin from a foreign page', { ...own, 'sec-fetch-site': 'cross-site' }],
  ['its own origin from a sub-domain’s page', { ...own, 'sec-fetch-site': 'same-site' }],
  ['the address line', { ...own, 'sec-fetch-site': 'none' }],
  ['a listed origin from the address line', { ...listed, 'sec-fetch-site': 'none' }],
  ['a navigation', { ...own, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }],
  [
    'a navigation from a listed origin',
    { ...listed, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
  ],
  ['a listed origin with a slash', { ...header, origin: `${PAGE}/` }],
  ['a listed origin without TLS', { ...header, origin: PAGE.replace('https', 'http') }],
  ['a method override', { origin: OWN, 'x-http-method-override': 'GET' }],
]

const PASSES: readonly (readonly [string, Record<string, string>])[] = [
  ['curl with the header', header],
  ['its own page', { ...own, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  ['its own page in an old browser', own],
  [
    'a listed page of the same site',
    { ...listed, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  ],
  [
    'a listed page of another site',
    { ...listed, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  ],
]

const open = (subject: string) => api.issuer.openSession({ subject, client: 'web' })

describe.each(WRITES)('AS-23 attack 111: %s', (name, toWrite) => {
  it.each(REFUSALS)('is refused with %s, and nothing happens', async (_, headers) => {
    const tokens = await open(name)
    const write = toWrite(tokens)
    const answer = await api.send(write.method, write.path, {
      headers: { cookie: write.cookie, ...headers },
    })
    expect(answer).toMatchObject(REFUSED)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answer.headers).not.toHaveProperty('www-authenticate')
    expect(await isAlive(api, name, tokens.sid)).toBe(true)
    // And nothing was used up: this is the first refresh still.
    const next = await api.issuer.refresh({ refreshToken: tokens.refreshToken, client: 'web' })
    expect(next.refreshToken.split('.')[3]).toBe('1')
    await api.issuer.revokeSessions(name)
  })

  it.each(PASSES)('passes from %s', async (_, headers) => {
    const tokens = await open(name)
    const write = toWrite(tokens)
    const answer = await api.send(write.method, write.path, {
      headers: { cookie: write.cookie, ...headers },
    })
    expect(answer.status).toBe(write.status)
    expect(await isAlive(api, name, tokens.sid)).toBe(write.status === 200)
    await api.issuer.revokeSessions(name)
  })
})

describe('AS-23 a foreign page’s form', () => {
  const foreign = {
    origin: 'https://evil.example',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
  }

  it('takes no cookie away where the browser sent none', async () => {
    for (const form of [{}, { x: 'y' }, { client_id: 'web' }, { refresh_token: '' }]) {
      const answer = await api.send('POST', '/auth/logout', { headers: foreign, form })
      expect(answer).toMatchObject(REFUSED)
    }
  })

  it('takes no cookie away in the name of a client that keeps its tokens itself', async () => {
    const form = { client_id: 'mobile', refresh_token: 'anything' }
    const answer = await api.send('POST', '/auth/logout', { headers: foreign, form })
    expect(answer).toMatchObject({ status: 204, cookies: [] })
  })

  it('takes no cookie away with a session of its own', async () => {
    for (const path of ['/auth/logout', '/auth/logout-everywhere']) {
      const mallory = await api.issuer.openSession({ subject: 'mallory', client: 'mobile' })
      const form = { client_id: 'mobile', refresh_token: mallory.refreshToken }
      const answer = await api.send('POST', path, { headers: foreign, form })
      expect(answer).toMatchObject({ status: 204, cookies: [] })
    }
  })

  it('takes no cookie away with credentials that the browser adds by itself', async () => {
    const headers = { ...foreign, authorization: 'Basic bWU6cGFzc3dvcmQ=' }
    for (const path of ['/auth/logout', '/auth/logout-everywhere']) {
      const answer = await api.send('POST', path, { headers, form: {} })
      expect(answer).toMatchObject({ status: 401, cookies: [] })
    }
  })

  it('sets none with a token of the page’s client either', async () => {
    const mallory = await open('mallory')
    const form = {
      grant_type: 'refresh_token',
      client_id: 'web',
      refresh_token: mallory.refreshToken,
    }
    const answer = await api.send('POST', '/auth/refresh', { headers: foreign, form })
    expect(answer).toMatchObject({ status: 400, cookies: [] })
  })
})

describe('what is not authenticated by a cookie', () => {
  it('needs no header: no foreign page can add an Authorization field', async () => {
    const tokens = await open('bob')
    const answer = await api.send('POST', '/auth/logout', { headers: bearer(tokens.accessToken) })
    expect(answer.status).toBe(204)
    expect(answer.cookies[0]).toBe(CLEARED)
    expect(await isAlive(api, 'bob', tokens.sid)).toBe(false)
  })

  it('and a list that only reads needs none either', async () => {
    const { accessToken } = await open('bob')
    const headers = { cookie: `__Host-gw_at=${accessToken}`, origin: 'https://evil.example' }
    const answer = await api.send('GET', '/auth/sessions', { headers })
    expect(answer.status).toBe(200)
    // Which the foreign page cannot read.
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

it('attack 126: a refusal is heard on gatewarden:rejected, with nothing in it that came raw', async () => {
  const heard: RejectedEvent[] = []
  const listener = (event: unknown) => heard.push(event as RejectedEvent)
  subscribe('gatewarden:rejected', listener)
  const { refreshToken } = await open('alice')
  const origin = 'https://e\tvil\u0085.example'
  await api.send('POST', '/auth/logout', {
    headers: { ...header, ...cookie(refreshToken), origin },
  })
  unsubscribe('gatewarden:rejected', listener)
  expect(heard).toMatchObject([{ code: 'ERR_CSRF', status: 403 }])
  expect(heard[0]!.message).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.stringify(heard)).not.toContain(refreshToken)
})
