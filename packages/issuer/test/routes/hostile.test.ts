import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect } from 'node:net'
import { answerRoute } from '@gatewarden/core/kit'
import fc from 'fast-check'
import {
  basic,
  bearer,
  cookie,
  encodeForm,
  HOST,
  INVALID_REQUEST,
  isAlive,
  OURS,
  PAGE,
  type Sent,
  serve,
  type Served,
  SERVER_SECRET,
} from './serve.ts'

const FORM = 'application/x-www-form-urlencoded'
const PATHS = [
  '/auth/refresh',
  '/auth/logout',
  '/auth/logout-everywhere',
  '/auth/sessions',
  '/auth/sessions/x',
  '/auth/revoke',
  '/auth/introspect',
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
]
const PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'refresh_token',
  'token',
  'token_type_hint',
  'scope',
  '__proto__',
  'constructor',
  'constructor[prototype][polluted]',
  '__proto__[polluted]',
  'toString',
]
/** What an answer must not show: paths, stacks, names of ours. */
const INNARDS = /node_modules|\.[jt]s\b|\bat \w+ \(|\/tmp\/|\/packages\/|Error:|ERR_|gwr\./

let api: Served
beforeAll(async () => {
  api = await serve({ cookie: { accessToken: 'gw_at' } })
})
afterAll(() => api.close())

const messages: string[] = []
const listen = (event: unknown) => {
  const { message } = event as { message?: string }
  if (message !== undefined) messages.push(message)
}
beforeAll(() => {
  for (const name of ['gatewarden:refreshed', 'gatewarden:rejected']) subscribe(name, listen)
})
afterAll(() => {
  for (const name of ['gatewarden:refreshed', 'gatewarden:rejected']) unsubscribe(name, listen)
})

const open = (client = 'web', subject = 'alice') =>
  api.issuer.openSession({ subject, client, scope: 'read' })

describe('any request at all', () => {
  it('attacks 110, 120, 123, 126: has an answer below 500 that shows nothing, in time', async () => {
    const [web, mobile] = [await open('web', 'victim'), await open('mobile', 'victim')]
    const secrets = [web, mobile].flatMap(({ refreshToken, accessToken }) => [
      refreshToken.split('.')[4]!,
      accessToken.split('.')[2]!,
    ])
    const kids = (await api.issuer.keys.list()).map(({ kid }) => kid)
    const prototype = Object.getOwnPropertyNames(Object.prototype)

    // Values a request would have, besides any text.
    const value = fc.oneof(
      fc.constantFrom(
        'web',
        'mobile',
        'server',
        'nobody',
        'refresh_token',
        'read',
        '',
        '__proto__',
        SERVER_SECRET,
      ),
      fc.constantFrom(web.refreshToken, mobile.refreshToken, web.accessToken, mobile.accessToken),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '\0',
        '\u0000\ufeff',
        '%',
        '%00',
        '\r\nSet-Cookie: a=b',
        '\u{1f4a9}'.repeat(20),
      ),
    )
    const form = fc
      .array(
        fc.tuple(fc.oneof(fc.constantFrom(...PARAMETERS), fc.string({ maxLength: 8 })), value),
        { maxLength: 6 },
      )
      .map((pairs) => {
        try {
          return encodeForm(pairs)
        } catch {
          return 'a=%ed%a0%80' // half of a surrogate pair
        }
      })
    const body = fc.oneof(
      { weight: 4, arbitrary: form },
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.json(),
      fc.constantFrom(
        '',
        '&',
        '=',
        '&&=&',
        '%',
        'a'.repeat(17_000),
        '{"__proto__":{"polluted":1}}',
      ),
    )
    const visible = fc.string({
      unit: fc.constantFrom(...' \t!"%,;=aZ09-_.~\u00e4\u0085'),
      maxLength: 30,
    })
    const cookies = fc.oneof(
      fc.constantFrom(web, mobile).map(({ refreshToken }) => cookie(refreshToken).cookie),
      fc.constant(`__Host-gw_at=${web.accessToken}`),
      fc.constant(`__Host-gw_rt=${web.refreshToken}; __Host-gw_at=${web.accessToken}`),
      visible.map((text) => `__Host-gw_rt=${text}; __Host-gw_at=${text}`),
      visible,
    )
    const authorization = fc.oneof(
      fc.constantFrom(
        bearer(web.accessToken).authorization,
        basic('server', SERVER_SECRET).authorization,
      ),
      fc.base64String({ maxLength: 40 }).map((text) => `Basic ${text}`),
      fc
        .tuple(fc.constantFrom('Basic', 'Bearer', 'bAsIc ', 'DPoP', ''), visible)
        .map(([scheme, text]) => `${scheme} ${text}`),
    )
    const headers = fc.record(
      {
        'content-type': fc.oneof(
          { weight: 6, arbitrary: fc.constant(FORM) },
          fc.constantFrom('application/json', 'text/plain', `${FORM};charset=latin1`),
          visible,
        ),
        cookie: cookies,
        authorization,
        'x-gatewarden': fc.constantFrom('1', '1', '1', '0', ''),
        origin: fc.constantFrom(`https://${HOST}`, PAGE, 'null', 'https://evil.example', ''),
        'sec-fetch-site': fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', 'x'),
        'sec-fetch-mode': fc.constantFrom('cors', 'navigate', 'x'),
        'if-none-match': visible,
        'content-encoding': fc.constantFrom('gzip', 'identity'),
      },
      { requiredKeys: [] },
    )
    const method = fc.oneof(
      { weight: 4, arbitrary: fc.constant('POST') },
      fc.constantFrom('GET', 'HEAD', 'DELETE', 'PUT', 'OPTIONS'),
    )
    const path = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PATHS) },
      fc
        .oneof(fc.webSegment(), fc.constantFrom('..', '%', '%00', 'a%2fb'))
        .map((segment) => `/auth/sessions/${segment || 'x'}`),
    )

    await fc.assert(
      fc.asyncProperty(method, path, headers, body, async (verb, target, fields, text) => {
        const sent: Sent = verb === 'POST' ? { headers: fields, body: text } : { headers: fields }
        const answer = await api.send(verb, target, sent)
        expect(answer.status).toBeLessThan(500)
        // A path that is none of the routes', or OPTIONS.
        if (answer.headers.server === 'the application') return
        expect(() => answer.json).not.toThrow()
        if (answer.status >= 400) {
          expect(answer.text).not.toMatch(INNARDS)
          for (const secret of [...secrets, ...kids])
            expect(JSON.stringify(answer.headers) + answer.text).not.toContain(secret)
          expect(answer.headers['cache-control']).toBe('no-store')
          expect(answer.cookies).toEqual([])
        }
        if (answer.status === 401)
          expect(answer.headers['www-authenticate']).toMatch(/^(Basic|Bearer) realm="/)
      }),
      { numRuns: 1_000 },
    )
    for (const message of messages) {
      expect(message).not.toMatch(/[\0-\x1f\x7f-\x9f]/)
      for (const secret of secrets) expect(message).not.toContain(secret)
    }
    expect(messages.length).toBeGreaterThan(0)
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype)
    // It serves on.
    expect((await api.send('GET', '/.well-known/jwks.json')).status).toBe(200)
  }, 300_000)
})

describe('attack 58: names of Object.prototype', () => {
  it.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'constructor[prototype][x]',
  ])('are parameters, clients, scopes and cookies like any other: %s', async (name) => {
    const { refreshToken } = await open()
    const headers = { ...OURS, ...cookie(refreshToken) }
    const answer = await api.send('POST', '/auth/refresh', {
      headers,
      form: { [name]: 'polluted', x: name },
    })
    expect(answer.status).toBe(200)
    const asCookie = { ...OURS, cookie: `${name}=polluted; ${cookie(refreshToken).cookie}` }
    expect((await api.send('POST', '/auth/refresh', { headers: asCookie })).status).toBe(200)
    expect({}).not.toHaveProperty('x')
    expect({}).not.toHaveProperty('polluted')
  })

  it('in what a parser of the application’s made of a body, are none of our business either', async () => {
    const post = (body: unknown) =>
      answerRoute(api.issuer.routes, {
        method: 'POST',
        url: '/auth/revoke',
        headers: { 'content-type': FORM, 'content-length': '9' },
        body,
      })!
    const own = JSON.parse('{"__proto__":"x","client_id":"mobile","token":"x"}') as object
    expect((await post(own)).status).toBe(200)
    // A client that is only inherited is none.
    expect((await post(Object.create({ client_id: 'mobile', token: 'x' }))).status).toBe(401)
    for (const nested of [
      ['mobile', 'mobile'],
      ['mobile'],
      { $ne: '' },
      { toString: 'x' },
      1,
      true,
      null,
    ]) {
      const { status, body } = await post({ client_id: nested, token: 'x' })
      expect([status, JSON.parse(body)]).toEqual([400, INVALID_REQUEST])
    }
  })
})

describe('much of something', () => {
  it('a thousand cookies around ours', async () => {
    const { refreshToken } = await open()
    const many = Array.from({ length: 500 }, (_, n) => `c${n}=${n}`).join('; ')
    const around = `${many}; ${cookie(refreshToken).cookie}; ${many}`
    const answer = await api.send('POST', '/auth/refresh', { headers: { ...OURS, cookie: around } })
    expect(answer.status).toBe(200)
  })

  it('a thousand cookies of our name', async () => {
    const { refreshToken } = await open()
    const many = Array.from({ length: 1_000 }, () => cookie(refreshToken).cookie).join('; ')
    const answer = await api.send('POST', '/auth/refresh', { headers: { ...OURS, cookie: many } })
    expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST, cookies: [] })
  })

  it('names and values of 16 kB', async () => {
    const long = 'x'.repeat(16_000)
    const cookies = { ...OURS, cookie: `${long}=${long}; __Host-gw_rt=${long}` }
    expect((await api.send('POST', '/auth/refresh', { headers: cookies })).status).toBe(400)
    expect((await api.send('POST', '/auth/logout', { headers: cookies })).status).toBe(204)
    for (const form of [
      { client_id: long },
      { [long]: 'x' },
      { client_id: 'mobile', token: long.slice(100) },
    ])
      expect((await api.send('POST', '/auth/revoke', { form })).status).toBeLessThan(500)
    const headers = basic(long, long)
    expect((await api.send('POST', '/auth/revoke', { headers, form: { token: 'x' } })).status).toBe(
      401,
    )
    expect((await api.send('GET', '/auth/sessions', { headers: bearer(long) })).status).toBe(401)
    const etags = { 'if-none-match': `${'"x",'.repeat(20_000)}"y"` }
    expect((await api.send('GET', '/.well-known/jwks.json', { headers: etags })).status).toBe(200)
  })

  it('thousands of parameters', async () => {
    const body = Array.from({ length: 3_000 }, (_, n) => `${n.toString(36)}=`).join('&')
    const answer = await api.send('POST', '/auth/revoke', {
      headers: { 'content-type': FORM },
      body,
    })
    expect(answer.status).toBe(401)
  })

  it('a scope of thousands, and the session lives', async () => {
    const { refreshToken, sid } = await open()
    const headers = { ...OURS, ...cookie(refreshToken) }
    const scope = Array.from({ length: 1_500 }, (_, n) => n.toString(36)).join(' ')
    const answer = await api.send('POST', '/auth/refresh', { headers, form: { scope } })
    expect(answer.status).toBe(400)
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })
})

describe('a client that goes away', () => {
  const hangUp = (text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () => {
        socket.write(text, () => setTimeout(() => socket.destroy(), 20))
      })
      socket.on('close', () => {
        resolve()
      })
    })

  it('in the middle of its form, ends nothing and nobody', async () => {
    const { refreshToken, sid } = await open('mobile')
    const form = `client_id=mobile&refresh_token=${refreshToken}`
    await hangUp(
      `POST /auth/logout HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: ${FORM}\r\nContent-Length: ${form.length + 1}\r\n\r\n${form}`,
    )
    expect(await isAlive(api, 'alice', sid)).toBe(true)
    expect((await api.send('GET', '/.well-known/jwks.json')).status).toBe(200)
  })
})
