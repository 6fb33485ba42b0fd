import { bearer, isAlive, NO_STORE, serve, type Served } from './serve.ts'

const UNKNOWN = {
  status: 404,
  json: { error: 'invalid_request', error_description: 'There is no such session.' },
}

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

const list = (accessToken: string) =>
  api.send('GET', '/auth/sessions', { headers: bearer(accessToken) })
const end = (accessToken: string, sid: string) =>
  api.send('DELETE', `/auth/sessions/${sid}`, { headers: bearer(accessToken) })
const open = (subject: string, client = 'web', device?: string) =>
  api.issuer.openSession({
    subject,
    client,
    scope: 'read',
    ...(device !== undefined && { device }),
  })

describe('GET /auth/sessions', () => {
  it('shows the user’s own living sessions, the newest first, and which one asks', async () => {
    const laptop = await open('alice', 'web', 'Firefox on Linux <script>"')
    api.clock.advance(10)
    const phone = await open('alice', 'mobile')
    const gone = await open('alice', 'web')
    await open('bob')
    await api.issuer.revokeSession(gone.sid)
    api.clock.advance(5)
    await api.issuer.refresh({ refreshToken: laptop.refreshToken, client: 'web' })
    const answer = await list(laptop.accessToken)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
    expect(answer.json).toEqual({
      sessions: [
        {
          sid: phone.sid,
          current: false,
          client_id: 'mobile',
          created_at: 1_800_000_010,
          refreshed_at: 1_800_000_010,
          expires_at: 1_800_000_010 + 14 * 86_400,
        },
        {
          sid: laptop.sid,
          current: true,
          client_id: 'web',
          device: 'Firefox on Linux <script>"',
          created_at: 1_800_000_000,
          refreshed_at: 1_800_000_015,
          expires_at: 1_800_000_015 + 14 * 86_400,
        },
      ],
    })
  })

  it('attack 144: shows nothing that logs anyone in', async () => {
    const tokens = await open('alice')
    const handle = tokens.refreshToken.split('.')[2]!
    expect((await list(tokens.accessToken)).text).not.toContain(handle)
  })

  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['Basic', { authorization: 'Basic YWxpY2U6cGFzc3dvcmQ=' }],
    ['a token that is none', bearer('x')],
  ])('answers %s with a challenge', async (_, headers) => {
    for (const [method, path] of [
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions/x'],
    ] as const) {
      const answer = await api.send(method, path, { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers).toMatchObject({
        ...NO_STORE,
        'content-type': 'application/problem+json',
        'www-authenticate': expect.stringMatching(/^Bearer realm=/) as string,
      })
    }
  })

  it('takes no access token of a cookie that was not asked for, and no refresh token', async () => {
    const { accessToken, refreshToken } = await open('alice')
    for (const name of ['__Host-gw_at', 'gw_at', '__Host-gw_rt']) {
      const headers = { cookie: `${name}=${name === '__Host-gw_rt' ? refreshToken : accessToken}` }
      expect((await api.send('GET', '/auth/sessions', { headers })).status).toBe(401)
    }
    expect((await list(refreshToken)).status).toBe(401)
  })

  it('attack 106: refuses two Authorization fields', async () => {
    const { authorization } = bearer((await open('alice')).accessToken)
    const headers = { authorization: [authorization, authorization] }
    expect((await api.send('GET', '/auth/sessions', { headers })).status).toBe(400)
  })

  it('answers HEAD without a body', async () => {
    const headers = bearer((await open('alice')).accessToken)
    const answer = await api.send('HEAD', '/auth/sessions', { headers })
    expect(answer).toMatchObject({ status: 200, text: '' })
  })
})

describe('DELETE /auth/sessions/:sid', () => {
  it('ends one of the user’s own sessions', async () => {
    const [laptop, phone] = [await open('alice'), await open('alice', 'mobile')]
    const answer = await end(laptop.accessToken, phone.sid)
    expect(answer).toMatchObject({ status: 204, text: '', cookies: [] })
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await isAlive(api, 'alice', phone.sid)).toBe(false)
    expect((await list(phone.accessToken)).status).toBe(401)
    expect((await list(laptop.accessToken)).status).toBe(200)
    expect(await end(laptop.accessToken, phone.sid)).toMatchObject(UNKNOWN)
  })

  it('ends the one that asks', async () => {
    const { accessToken, sid } = await open('alice')
    expect((await end(accessToken, sid)).status).toBe(204)
    expect((await list(accessToken)).status).toBe(401)
  })

  it('answers the session of another user like one that does not exist, and it lives', async () => {
    const [alice, bob] = [await open('alice'), await open('bob')]
    const theirs = await end(alice.accessToken, bob.sid)
    const nobodys = await end(alice.accessToken, '3f0c1a52-8d0e-4a43-9a53-0c7f5a1b2c3d')
    expect(theirs).toMatchObject(UNKNOWN)
    const answer = ({ status, text, headers: { date: _, ...headers } }: typeof theirs) => ({
      status,
      text,
      headers,
    })
    expect(answer(theirs)).toEqual(answer(nobodys))
    expect(theirs.headers).toMatchObject(NO_STORE)
    expect(await isAlive(api, 'bob', bob.sid)).toBe(true)
    expect((await list(bob.accessToken)).status).toBe(200)
  })

  it.each([
    '%20',
    '%C3%A4',
    '__proto__',
    'constructor',
    'x'.repeat(8_000),
    '*',
    "'%20or%201=1",
    '%F0%9F%92%A9',
  ])('answers what is no sid without asking the store: %.20s', async (sid) => {
    const { accessToken, sid: own } = await open('alice')
    const answer = await end(accessToken, sid)
    expect(answer).toMatchObject(UNKNOWN)
    expect(await isAlive(api, 'alice', own)).toBe(true)
  })

  it.each(['', 'a/b', 'a%2Fb', '..', '%2e%2e', '%00', '%ff'])(
    'leaves what is no segment to the application: %j',
    async (sid) => {
      const { accessToken } = await open('alice')
      expect(await end(accessToken, sid)).toMatchObject({ status: 404, text: 'not ours' })
    },
  )

  it('is no other method', async () => {
    const { accessToken, sid } = await open('alice')
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await api.send(method, `/auth/sessions/${sid}`, {
        headers: bearer(accessToken),
      })
      expect(answer.status).toBe(405)
      expect(answer.headers.allow).toBe('DELETE')
    }
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })
})
