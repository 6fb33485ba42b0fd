import {
  basic,
  bearer,
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
  UNAUTHORIZED_CLIENT,
  WEB_ONLY,
} from './serve.ts'

let api: Served
beforeAll(async () => {
  api = await serve()
})
afterAll(() => api.close())

const refresh = (sent?: Sent) => api.send('POST', '/auth/refresh', sent)
const open = (client: string, subject = 'alice') =>
  api.issuer.openSession({ subject, client, scope: 'read write' })
const grant = (client_id: string, refresh_token: string) => ({
  grant_type: 'refresh_token',
  client_id,
  refresh_token,
})

describe('a refresh by cookie', () => {
  it('AS-02 AS-23 answers with an access token, and the next refresh token in the cookie alone', async () => {
    const tokens = await open('web')
    const answer = await refresh({ headers: { ...OURS, ...cookie(tokens.refreshToken) } })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'read write',
    })
    expect(answer.cookies).toHaveLength(1)
    expect(answer.cookies[0]).toMatch(
      /^__Host-gw_rt=gwr\.[\w.-]+; Path=\/; Max-Age=1209600; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.cookies[0]).not.toContain(tokens.refreshToken)
    expect(answer.text).not.toContain('gwr.')
  })

  it('hands out a cookie that works', async () => {
    const { refreshToken } = await open('web')
    const first = await refresh({ headers: { ...OURS, ...cookie(refreshToken) } })
    const next = first.cookies[0]!.split(';')[0]!
    const second = await refresh({ headers: { ...OURS, cookie: next } })
    expect(second.status).toBe(200)
  })

  it('finds its cookie among others', async () => {
    const { refreshToken } = await open('web')
    const others = `theme=dark; gw_rt=x; x__Host-gw_rt=y; ${cookie(refreshToken).cookie}; lang=en`
    expect((await refresh({ headers: { ...OURS, cookie: others } })).status).toBe(200)
  })

  it('AS-05 narrows the access token, not the session', async () => {
    const { refreshToken } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken) }
    const narrow = await refresh({ headers, form: { scope: 'read' } })
    expect(narrow.json).toMatchObject({ scope: 'read' })
    const next = { ...OURS, cookie: narrow.cookies[0]!.split(';')[0]! }
    expect((await refresh({ headers: next })).json).toMatchObject({ scope: 'read write' })
  })

  it.each([
    ['more than the session has', 'read admin'],
    ['a prefix of one', 'rea'],
    ['spaces only', ' '],
    ['a quote', 'read"'],
    ['a tab', 'read\twrite'],
    ['a letter that is no ASCII', 'réad'],
  ])('AS-05 attack 140: refuses a scope of %s, and the session lives', async (_, scope) => {
    const { refreshToken, sid } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken) }
    const answer = await refresh({ headers, form: { scope } })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({
      error: 'invalid_scope',
      error_description: 'The session was not opened with a scope that was asked for.',
    })
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await isAlive(api, 'alice', sid)).toBe(true)
    expect((await refresh({ headers })).status).toBe(200)
  })

  it('takes client_id and grant_type where they fit', async () => {
    const { refreshToken } = await open('web')
    const form = { grant_type: 'refresh_token', client_id: 'web' }
    const headers = { ...OURS, ...cookie(refreshToken) }
    expect((await refresh({ headers, form })).status).toBe(200)
  })

  it('takes no notice of the access token that the page’s script adds to every request', async () => {
    const { refreshToken, accessToken } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken), ...bearer(accessToken) }
    expect((await refresh({ headers })).status).toBe(200)
  })

  it.each(['mobile', 'server', 'nobody', '__proto__'])(
    'refuses the client_id %s: it gets no cookie',
    async (client_id) => {
      const { refreshToken, sid } = await open('web')
      const headers = { ...OURS, ...cookie(refreshToken) }
      const answer = await refresh({ headers, form: { client_id } })
      expect(answer).toMatchObject({ status: 400, json: UNAUTHORIZED_CLIENT, cookies: [] })
      expect(await isAlive(api, 'alice', sid)).toBe(true)
    },
  )

  it('attack 112: refuses two cookies of the name, whichever is good, and takes none away', async () => {
    const { refreshToken, sid } = await open('web')
    const good = cookie(refreshToken).cookie
    for (const cookies of [
      `${good}; ${good}`,
      `${good}; __Host-gw_rt=x`,
      `__Host-gw_rt=; ${good}`,
    ]) {
      const answer = await refresh({ headers: { ...OURS, cookie: cookies } })
      expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST, cookies: [] })
      expect(answer.headers).toMatchObject(NO_STORE)
    }
    // Two fields are joined by Node.
    const answer = await refresh({ headers: { ...OURS, cookie: [good, good] } })
    expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })

  it('refuses a token in cookie and form', async () => {
    const { refreshToken, sid } = await open('web')
    const mobile = await open('mobile', 'bob')
    const answer = await refresh({
      headers: { ...OURS, ...cookie(refreshToken) },
      form: grant('mobile', mobile.refreshToken),
    })
    expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST, cookies: [] })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
    expect(await isAlive(api, 'bob', mobile.sid)).toBe(true)
  })

  it.each([
    ['no token', undefined],
    ['an emptied cookie', '__Host-gw_rt='],
    ['the name without prefix', 'gw_rt=x'],
    ['another case', '__host-gw_rt=x'],
  ])('tells a page with %s that nobody is logged in', async (_, value) => {
    const headers = value === undefined ? OURS : { ...OURS, cookie: value }
    const answer = await refresh({ headers })
    expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT, cookies: [] })
  })

  it.each([
    ['text', 'x'],
    ['an access token', 'access'],
    ['a forged token', 'forged'],
    ['a token in quotes', 'quoted'],
  ])(
    'attack 142: answers %s with invalid_grant, and leaves the cookie: it may be a new one by now',
    async (_, kind) => {
      const { refreshToken, accessToken } = await open('web')
      const last = refreshToken.endsWith('A') ? 'B' : 'A'
      const values: Record<string, string> = {
        x: 'x',
        access: accessToken,
        forged: refreshToken.slice(0, -1) + last,
        quoted: `"${refreshToken}"`,
      }
      const answer = await refresh({ headers: { ...OURS, ...cookie(values[kind]!) } })
      expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT, cookies: [] })
    },
  )

  it('AS-07 AS-09 answers a replay with the same successor, and an older token with invalid_grant', async () => {
    const { refreshToken, sid } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken) }
    const first = await refresh({ headers })
    const again = await refresh({ headers })
    expect(again.cookies).toEqual(first.cookies)
    const next = { ...OURS, cookie: first.cookies[0]!.split(';')[0]! }
    const second = await refresh({ headers: next })
    const stolen = await refresh({ headers })
    expect(stolen).toMatchObject({ status: 400, json: INVALID_GRANT, cookies: [] })
    expect(stolen.headers).toMatchObject(NO_STORE)
    expect(await isAlive(api, 'alice', sid)).toBe(false)
    const newest = { ...OURS, cookie: second.cookies[0]!.split(';')[0]! }
    expect(await refresh({ headers: newest })).toMatchObject({ status: 400, json: INVALID_GRANT })
  })

  it('AS-08 never lets the cookie outlive the session', async () => {
    const short = await serve({ idleLifetime: 1_000, sessionLifetime: 1_500, clients: WEB_ONLY })
    const { refreshToken } = await short.issuer.openSession({ subject: 'alice' })
    short.clock.advance(900)
    const headers = { ...OURS, ...cookie(refreshToken) }
    const answer = await short.send('POST', '/auth/refresh', { headers })
    expect(answer.cookies[0]).toContain('; Max-Age=600;')
    short.clock.advance(600)
    const late = await short.send('POST', '/auth/refresh', {
      headers: { ...OURS, cookie: answer.cookies[0]!.split(';')[0]! },
    })
    expect(late).toMatchObject({ status: 400, json: INVALID_GRANT })
    await short.close()
  })

  it('answers 429 with Retry-After where one token is presented again and again', async () => {
    const { refreshToken, sid } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken) }
    // The first use, and 64 replays.
    for (let n = 0; n < 65; n++) expect((await refresh({ headers })).status).toBe(200)
    const answer = await refresh({ headers })
    expect(answer).toMatchObject({
      status: 429,
      json: { error: 'slow_down', error_description: 'The refresh token was presented too often.' },
      cookies: [],
    })
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '30' })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })
})

describe('the cookies of an issuer', () => {
  it('AS-23 has the prefix __Secure- where the path is another than /', async () => {
    const options = { cookie: { path: '/auth', name: 'login' }, clients: WEB_ONLY }
    const other = await serve(options)
    const { refreshToken } = await other.issuer.openSession({ subject: 'alice' })
    const headers = { ...OURS, cookie: `__Secure-login=${refreshToken}` }
    const answer = await other.send('POST', '/auth/refresh', { headers })
    expect(answer.cookies).toEqual([
      expect.stringMatching(
        /^__Secure-login=gwr\.[\w.-]+; Path=\/auth; Max-Age=1209600; Secure; HttpOnly; SameSite=Strict$/,
      ),
    ])
    await other.close()
  })

  it('has the access token in a second one where that is asked for, for as long as it lives', async () => {
    const options = {
      cookie: { path: '/auth', accessToken: 'gw_at', sameSite: 'Lax' as const },
      clients: WEB_ONLY,
    }
    const other = await serve(options)
    const tokens = await other.issuer.openSession({ subject: 'alice' })
    const login = other.issuer.reply(tokens)
    expect(login.headers['set-cookie']).toEqual([
      `__Secure-gw_rt=${tokens.refreshToken}; Path=/auth; Max-Age=1209600; Secure; HttpOnly; SameSite=Lax`,
      `__Host-gw_at=${tokens.accessToken}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax`,
    ])
    expect(login.headers).toMatchObject(NO_STORE)
    const headers = { ...OURS, cookie: `__Secure-gw_rt=${tokens.refreshToken}` }
    const answer = await other.send('POST', '/auth/refresh', { headers })
    const { access_token } = answer.json as { access_token: string }
    expect(answer.cookies[1]).toBe(
      `__Host-gw_at=${access_token}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax`,
    )
    await other.close()
  })

  it('are none for a client that keeps its tokens itself', async () => {
    const tokens = await open('mobile')
    expect(api.issuer.reply(tokens).headers).not.toHaveProperty('set-cookie')
    expect(JSON.parse(api.issuer.reply(tokens).body)).toHaveProperty('refresh_token')
  })
})

describe('a refresh by form', () => {
  it('AS-01 AS-02 answers with both tokens and no cookie', async () => {
    const { refreshToken } = await open('mobile')
    const answer = await refresh({ form: grant('mobile', refreshToken) })
    expect(answer).toMatchObject({ status: 200, cookies: [] })
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
    expect(answer.json).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'read write',
      refresh_token: expect.stringMatching(/^gwr\./) as string,
    })
  })

  it('needs no header of a page: a form of a foreign page has no token', async () => {
    const { refreshToken } = await open('mobile')
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const answer = await refresh({ headers, form: grant('mobile', refreshToken) })
    expect(answer).toMatchObject({ status: 200, cookies: [] })
  })

  it('refuses the token of the client that gets it by cookie: a script has read it', async () => {
    const { refreshToken, sid } = await open('web')
    const answer = await refresh({ headers: OURS, form: grant('web', refreshToken) })
    expect(answer).toMatchObject({ status: 400, json: UNAUTHORIZED_CLIENT, cookies: [] })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })

  it('AS-04 attack 141: refuses the token of another client, and its session lives', async () => {
    const { refreshToken, sid } = await open('mobile')
    for (const sent of [
      { form: grant('tablet', refreshToken) },
      {
        form: { grant_type: 'refresh_token', refresh_token: refreshToken },
        headers: basic('server', SERVER_SECRET),
      },
    ]) {
      expect(await refresh(sent)).toMatchObject({ status: 400, json: INVALID_GRANT })
    }
    expect(await isAlive(api, 'alice', sid)).toBe(true)
    expect((await refresh({ form: grant('mobile', refreshToken) })).status).toBe(200)
  })

  it('AS-04 refuses a token of the cookie in another client’s form', async () => {
    const { refreshToken, sid } = await open('web')
    const answer = await refresh({ form: grant('mobile', refreshToken) })
    expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })

  it.each([
    ['no client_id', { grant_type: 'refresh_token' }, 401, INVALID_CLIENT],
    ['no grant_type', { client_id: 'mobile' }, 400, INVALID_REQUEST],
    ['an empty grant_type', { client_id: 'mobile', grant_type: '' }, 400, INVALID_REQUEST],
    [
      'another grant_type',
      { client_id: 'mobile', grant_type: 'authorization_code' },
      400,
      {
        error: 'unsupported_grant_type',
        error_description: 'The only grant type here is refresh_token.',
      },
    ],
  ])('AS-01 refuses a form with %s', async (_, form, status, json) => {
    const { refreshToken, sid } = await open('mobile')
    const answer = await refresh({ form: { ...form, refresh_token: refreshToken } })
    expect(answer).toMatchObject({ status, json, cookies: [] })
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await isAlive(api, 'alice', sid)).toBe(true)
    expect((await refresh({ form: grant('mobile', refreshToken) })).status).toBe(200)
  })

  it('AS-01 refuses a form without refresh_token, or with an empty one', async () => {
    const form = { grant_type: 'refresh_token', client_id: 'mobile' }
    for (const sent of [form, { ...form, refresh_token: '' }])
      expect(await refresh({ form: sent })).toMatchObject({ status: 400, json: INVALID_REQUEST })
  })

  it.each(['refresh_token', 'client_id', 'grant_type', 'scope', 'unknown', '__proto__'])(
    'AS-01 refuses a form with %s twice, the same or not, empty or not',
    async (name) => {
      const { refreshToken, sid } = await open('mobile')
      const form = Object.entries(grant('mobile', refreshToken))
      const value = form.find(([other]) => other === name)?.[1] ?? 'read'
      const rest = form.filter(([other]) => other !== name)
      for (const second of [value, 'x', '']) {
        const answer = await refresh({ form: [...rest, [name, value], [name, second]] })
        expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST })
      }
      expect(await isAlive(api, 'alice', sid)).toBe(true)
    },
  )

  it('AS-01 takes empty parameters for none', async () => {
    const { refreshToken } = await open('mobile')
    const form = { ...grant('mobile', refreshToken), scope: '', client_secret: '' }
    expect((await refresh({ form })).json).toMatchObject({ scope: 'read write' })
  })

  it('AS-12 answers a token that is bound to a key with invalid_grant, and its session lives', async () => {
    const jkt = 'x'.repeat(43)
    const tokens = await api.issuer.openSession({
      subject: 'eve',
      client: 'mobile',
      binding: { jkt },
    })
    const answer = await refresh({ form: grant('mobile', tokens.refreshToken) })
    expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT })
    expect(await isAlive(api, 'eve', tokens.sid)).toBe(true)
  })
})

describe('the form of a refresh', () => {
  const json = JSON.stringify({ grant_type: 'refresh_token', client_id: 'mobile' })
  const big = `refresh_token=${'x'.repeat(17_000)}`
  it.each<[string, Sent, number]>([
    ['JSON', { headers: { 'content-type': 'application/json' }, body: json }, 415],
    [
      'JSON that is an empty object',
      { headers: { 'content-type': 'application/json' }, body: '{}' },
      415,
    ],
    ['broken JSON', { headers: { 'content-type': 'application/json' }, body: '{' }, 400],
    ['text', { headers: { 'content-type': 'text/plain' }, body: 'refresh_token=x' }, 415],
    ['no media type', { body: 'refresh_token=x' }, 415],
    [
      'multipart',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' },
      415,
    ],
    [
      'another charset',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' },
        body: 'a=b',
      },
      415,
    ],
    ['a content coding', { headers: { 'content-encoding': 'gzip' }, form: { a: 'b' } }, 415],
    [
      'broken percent-encoding',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=%zz' },
      400,
    ],
    [
      'bytes that are no UTF-8',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from([0x61, 0x3d, 0xff]),
      },
      400,
    ],
    [
      'more than 16 KiB',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: big },
      413,
    ],
    [
      'more than 16 KiB in chunks',
      {
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'transfer-encoding': 'chunked',
          'content-length': [],
        },
        body: big,
      },
      413,
    ],
  ])('AS-01 is none of: %s', async (_, sent, status) => {
    const answer = await refresh(sent)
    expect(answer).toMatchObject({ status, json: INVALID_REQUEST, cookies: [] })
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('AS-01 is not sent by %s', async (method) => {
    const { refreshToken, sid } = await open('web')
    const headers = { ...OURS, ...cookie(refreshToken) }
    const answer = await api.send(method, '/auth/refresh', { headers })
    expect(answer).toMatchObject({ status: 405, cookies: [] })
    expect(answer.headers).toMatchObject({ allow: 'POST', 'cache-control': 'no-store' })
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })

  it('is not read from the query', async () => {
    const { refreshToken } = await open('mobile')
    const query = new URLSearchParams(grant('mobile', refreshToken)).toString()
    const answer = await api.send('POST', `/auth/refresh?${query}`, { headers: OURS })
    expect(answer).toMatchObject({ status: 400, json: INVALID_GRANT })
  })
})
