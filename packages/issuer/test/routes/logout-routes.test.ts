import { createGuard } from '@gatewarden/core'
import type { TokenSet } from '../../src/token-set.ts'
import {
  basic,
  bearer,
  CLEARED,
  cookie,
  INVALID_CLIENT,
  INVALID_GRANT,
  INVALID_REQUEST,
  isAlive,
  NO_STORE,
  OURS,
  type Sent,
  serve,
  type Served,
  SERVER_SECRET,
  WEB_ONLY,
} from './serve.ts'

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

const logout = (sent?: Sent) => api.send('POST', '/auth/logout', sent)
const everywhere = (sent?: Sent) => api.send('POST', '/auth/logout-everywhere', sent)
const open = (client = 'web', subject = 'alice') => api.issuer.openSession({ subject, client })
const page = ({ refreshToken }: TokenSet) => ({ headers: { ...OURS, ...cookie(refreshToken) } })
const next = ({ refreshToken }: TokenSet, client = 'web') =>
  api.issuer.refresh({ refreshToken, client })
const guardSays = async ({ accessToken }: TokenSet) =>
  createGuard(api.issuer.trust())
    .verify(accessToken)
    .then(
      () => 'valid',
      (error: unknown) => (error as { code: string }).code,
    )

describe('a logout by cookie', () => {
  it('AS-19 AS-24 ends the session: its access tokens count no more, nor does its refresh token', async () => {
    const tokens = await open()
    const answer = await logout(page(tokens))
    expect(answer).toMatchObject({ status: 204, text: '', cookies: [CLEARED] })
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(false)
    const refreshed = await api.send('POST', '/auth/refresh', page(tokens))
    expect(refreshed).toMatchObject({ status: 400, json: INVALID_GRANT, cookies: [] })
  })

  it('attack 136: leaves the user’s other sessions, and a login in the same second works', async () => {
    const [tokens, other] = [await open(), await open()]
    await logout(page(tokens))
    const after = await open()
    expect(await guardSays(other)).toBe('valid')
    expect(await guardSays(after)).toBe('valid')
    expect((await api.send('POST', '/auth/refresh', page(after))).status).toBe(200)
  })

  it('can be repeated', async () => {
    const tokens = await open()
    const first = await logout(page(tokens))
    const second = await logout(page(tokens))
    expect(second).toMatchObject({ status: first.status, cookies: first.cookies })
  })

  it.each(['x', 'gwr.a.b.c', ''])('takes a cookie away that is none of ours: %j', async (value) => {
    const answer = await logout({ headers: { ...OURS, cookie: `__Host-gw_rt=${value}` } })
    expect(answer).toMatchObject({ status: 204, cookies: [CLEARED] })
  })

  it('takes away the cookie of a session that has expired', async () => {
    const tokens = await open()
    api.clock.advance(14 * 86_400)
    expect(await logout(page(tokens))).toMatchObject({ status: 204, cookies: [CLEARED] })
  })

  it('ends the session by a token of an older generation, too', async () => {
    const tokens = await open()
    const newest = await next(await next(await next(tokens)))
    expect((await logout(page(tokens))).status).toBe(204)
    expect(await guardSays(newest)).toBe('ERR_TOKEN_REVOKED')
    await expect(next(newest)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
  })

  it('takes both cookies away where there are two', async () => {
    const two = await serve({
      cookie: { path: '/auth', accessToken: 'gw_at' },
      clients: WEB_ONLY,
    })
    const { refreshToken } = await two.issuer.openSession({ subject: 'alice' })
    const headers = { ...OURS, cookie: `__Secure-gw_rt=${refreshToken}` }
    expect((await two.send('POST', '/auth/logout', { headers })).cookies).toEqual([
      '__Secure-gw_rt=; Path=/auth; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
      '__Host-gw_at=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
    ])
    await two.close()
  })

  it('attack 112: refuses two cookies of the name', async () => {
    const tokens = await open()
    const { cookie: one } = cookie(tokens.refreshToken)
    for (const end of [logout, everywhere]) {
      const answer = await end({ headers: { ...OURS, cookie: `${one}; __Host-gw_rt=x` } })
      expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST, cookies: [] })
    }
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
  })

  it('refuses a token in cookie and form, and JSON', async () => {
    const tokens = await open()
    for (const end of [logout, everywhere]) {
      const form = { client_id: 'mobile', refresh_token: 'x' }
      expect(await end({ ...page(tokens), form })).toMatchObject({
        status: 400,
        json: INVALID_REQUEST,
        cookies: [],
      })
      const headers = { ...page(tokens).headers, 'content-type': 'application/json' }
      expect(await end({ headers, body: '{}' })).toMatchObject({ status: 415, cookies: [] })
    }
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
  })
})

describe('a logout by form', () => {
  it('ends the session, and takes no cookie away', async () => {
    const tokens = await open('mobile')
    const form = { client_id: 'mobile', refresh_token: tokens.refreshToken }
    expect(await logout({ form })).toMatchObject({ status: 204, text: '', cookies: [] })
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    expect(await logout({ form })).toMatchObject({ status: 204, cookies: [] })
  })

  it('does nothing to the session of another client', async () => {
    const [web, mobile] = [await open('web'), await open('mobile')]
    for (const { refreshToken } of [web, mobile]) {
      const form = { client_id: 'tablet', refresh_token: refreshToken }
      expect(await logout({ form })).toMatchObject({ status: 204, cookies: [] })
      expect(await everywhere({ form })).toMatchObject({ status: 400, json: INVALID_GRANT })
    }
    expect(await guardSays(web)).toBe('valid')
    expect(await guardSays(mobile)).toBe('valid')
  })

  it('authenticates a client that has a secret', async () => {
    const tokens = await open('server')
    const form = { client_id: 'server', refresh_token: tokens.refreshToken }
    for (const end of [logout, everywhere])
      expect(await end({ form })).toMatchObject({ status: 401, json: INVALID_CLIENT })
    expect(await guardSays(tokens)).toBe('valid')
    expect((await logout({ form, headers: basic('server', SERVER_SECRET) })).status).toBe(204)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
  })
})

describe('a logout by access token', () => {
  it('ends its session', async () => {
    const tokens = await open()
    const answer = await logout({ headers: bearer(tokens.accessToken) })
    expect(answer).toMatchObject({ status: 204, cookies: [CLEARED] })
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    await expect(next(tokens)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
  })

  it('refuses one that counts no more: its sender must not believe that a session was ended', async () => {
    const tokens = await open()
    api.clock.advance(700)
    const answer = await logout({ headers: bearer(tokens.accessToken) })
    expect(answer).toMatchObject({ status: 401, cookies: [] })
    expect(answer.headers).toMatchObject({
      ...NO_STORE,
      'www-authenticate': expect.stringMatching(/^Bearer .*error="invalid_token"/) as string,
    })
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
  })

  it('ends the session of the cookie where there are both', async () => {
    const [tokens, other] = [await open(), await open()]
    const headers = { ...page(tokens).headers, ...bearer(other.accessToken) }
    expect((await logout({ headers })).status).toBe(204)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    expect(await guardSays(other)).toBe('valid')
  })

  it('in a cookie of its own, where the refresh token’s cookie did not come along', async () => {
    const two = await serve({ cookie: { path: '/x', accessToken: 'gw_at' }, clients: WEB_ONLY })
    const { accessToken, sid } = await two.issuer.openSession({ subject: 'alice' })
    const send = (token: string) =>
      two.send('POST', '/auth/logout', { headers: { ...OURS, cookie: `__Host-gw_at=${token}` } })
    const twice = await send(`${accessToken}; __Host-gw_at=x`)
    expect(twice).toMatchObject({ status: 400, json: INVALID_REQUEST, cookies: [] })
    expect(await isAlive(two, 'alice', sid)).toBe(true)
    expect((await send(accessToken)).status).toBe(204)
    expect(await isAlive(two, 'alice', sid)).toBe(false)
    // Revoked by now, or no token at all: the cookie is taken away.
    for (const token of [accessToken, 'x']) {
      const answer = await send(token)
      expect(answer.status).toBe(204)
      expect(answer.cookies).toHaveLength(2)
    }
    await two.close()
  })
})

describe('a logout without anything', () => {
  it('takes the cookies away all the same', async () => {
    expect(await logout({ headers: OURS })).toMatchObject({ status: 204, cookies: [CLEARED] })
  })

  it('everywhere, is refused: nobody knows whom to log out', async () => {
    const answer = await everywhere({ headers: OURS })
    expect(answer).toMatchObject({ status: 401, cookies: [] })
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/)
    expect(answer.headers['www-authenticate']).not.toContain('error')
  })
})

describe('a logout everywhere', () => {
  const sessions = async () => ({
    laptop: await open('web'),
    phone: await open('mobile'),
    server: await open('server'),
    bob: await open('web', 'bob'),
  })

  it.each<[string, (all: Awaited<ReturnType<typeof sessions>>) => Sent, readonly string[]]>([
    ['cookie', ({ laptop }) => page(laptop), [CLEARED]],
    [
      'form',
      ({ phone }) => ({ form: { client_id: 'mobile', refresh_token: phone.refreshToken } }),
      [],
    ],
    ['access token', ({ server }) => ({ headers: bearer(server.accessToken) }), [CLEARED]],
  ])('AS-24 ends all sessions of the user by %s, and nobody else’s', async (_, toSent, cookies) => {
    const all = await sessions()
    const answer = await everywhere(toSent(all))
    expect(answer).toMatchObject({ status: 204, text: '', cookies })
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await api.issuer.listSessions('alice')).toEqual([])
    for (const tokens of [all.laptop, all.phone, all.server])
      expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    await expect(next(all.laptop)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
    expect(await guardSays(all.bob)).toBe('valid')
    expect(await isAlive(api, 'bob', all.bob.sid)).toBe(true)
  })

  it('attack 136: lets a login in the same second work', async () => {
    await everywhere(page(await open()))
    const after = await open()
    expect(await guardSays(after)).toBe('valid')
    expect((await api.send('POST', '/auth/refresh', page(after))).status).toBe(200)
  })

  it('takes the token before the newest, whose answer may have been lost', async () => {
    const tokens = await open()
    await next(tokens)
    expect((await everywhere(page(tokens))).status).toBe(204)
    expect(await api.issuer.listSessions('alice')).toEqual([])
  })

  it.each([
    ['an older token, from a backup say', (tokens: TokenSet) => next(tokens).then(next)],
    ['the token of a session that was ended', ({ sid }: TokenSet) => api.issuer.revokeSession(sid)],
    [
      'the token of a session that expired',
      () => {
        api.clock.advance(14 * 86_400)
      },
    ],
  ])('refuses %s', async (_, age) => {
    const tokens = await open()
    await age(tokens)
    const phone = await open('mobile')
    const answer = await everywhere(page(tokens))
    expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT, cookies: [] })
    expect(await isAlive(api, 'alice', phone.sid)).toBe(true)
    expect(await guardSays(phone)).toBe('valid')
  })

  it('refuses what is no token of ours', async () => {
    const headers = { ...OURS, ...cookie('x') }
    expect(await everywhere({ headers })).toMatchObject({ status: 400, json: INVALID_GRANT })
  })

  it('refuses an access token that was revoked', async () => {
    const [tokens, phone] = [await open(), await open('mobile')]
    await api.issuer.revokeToken(tokens.accessToken)
    const answer = await everywhere({ headers: bearer(tokens.accessToken) })
    expect(answer).toMatchObject({ status: 401, cookies: [] })
    expect(await isAlive(api, 'alice', phone.sid)).toBe(true)
  })
})

it.each(['/auth/logout', '/auth/logout-everywhere'])('%s is no GET', async (path) => {
  const tokens = await open()
  for (const method of ['GET', 'HEAD', 'DELETE', 'PUT']) {
    const answer = await api.send(method, path, page(tokens))
    expect(answer).toMatchObject({ status: 405, cookies: [] })
    expect(answer.headers.allow).toBe('POST')
  }
  expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
})
