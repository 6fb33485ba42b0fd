import type { TokenSet } from '../../src/token-set.ts'
import { forgedTokens } from './forge.ts'
import {
  basic,
  INVALID_CLIENT,
  INVALID_REQUEST,
  ISSUER,
  NO_STORE,
  OTHER_AUDIENCE,
  OTHER_SECRET,
  serve,
  type Served,
  SERVER_SECRET,
} from './serve.ts'

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

const introspect = (token: string, headers = basic('server', SERVER_SECRET)) =>
  api.send('POST', '/auth/introspect', { headers, form: { token } })
const open = (audience = ISSUER): Promise<TokenSet> =>
  api.issuer.openSession({
    subject: 'alice',
    client: 'mobile',
    scope: 'read write',
    roles: ['admin'],
    claims: { email: 'alice@example.com' },
    audience,
  })

async function isInactive(token: string, headers?: { authorization: string }): Promise<void> {
  const answer = await introspect(token, headers)
  expect(answer).toMatchObject({ status: 200, text: '{"active":false}', cookies: [] })
  expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
}

describe('POST /auth/introspect', () => {
  it('AS-21 says what a living access token is, to whom it is for', async () => {
    const tokens = await open()
    const answer = await introspect(tokens.accessToken)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ ...NO_STORE, 'content-type': 'application/json' })
    expect(answer.json).toEqual({
      active: true,
      scope: 'read write',
      client_id: 'mobile',
      token_type: 'Bearer',
      exp: 1_800_000_600,
      iat: 1_800_000_000,
      sub: 'alice',
      aud: ISSUER,
      iss: ISSUER,
      jti: expect.any(String) as string,
      sid: tokens.sid,
    })
  })

  it('AS-21 says of one for another audience that it is not active, and nothing more', async () => {
    const [ours, theirs] = [await open(), await open(OTHER_AUDIENCE)]
    await isInactive(theirs.accessToken)
    await isInactive(ours.accessToken, basic('other', OTHER_SECRET))
    const answer = await introspect(theirs.accessToken, basic('other', OTHER_SECRET))
    expect(answer.json).toMatchObject({ active: true, aud: OTHER_AUDIENCE })
  })

  it('AS-21 says the same to a client that may ask about no audience', async () => {
    const secret = 'a-client-without-audiences-0123456789'
    const other = await serve({ clients: { web: { transport: 'cookie' }, job: { secret } } })
    const { accessToken } = await other.issuer.openSession({ subject: 'alice', client: 'web' })
    const answer = await other.send('POST', '/auth/introspect', {
      headers: basic('job', secret),
      form: { token: accessToken },
    })
    expect(answer).toMatchObject({ status: 200, text: '{"active":false}' })
    await other.close()
  })

  it('AS-21 says the same of an expired token, to the second', async () => {
    const { accessToken } = await open()
    api.clock.advance(599)
    expect((await introspect(accessToken)).json).toMatchObject({ active: true })
    api.clock.advance(1)
    await isInactive(accessToken)
  })

  it('AS-21 says the same of a revoked token, and of one whose session has ended', async () => {
    const [one, other] = [await open(), await open()]
    await api.issuer.revokeToken(one.accessToken)
    await api.issuer.revokeSession(other.sid)
    await isInactive(one.accessToken)
    await isInactive(other.accessToken)
  })

  it('AS-21 says the same of forged tokens', async () => {
    const tokens = await open()
    for (const [, token] of forgedTokens(tokens)) await isInactive(token)
    await isInactive('x')
    await isInactive('x'.repeat(15_000))
    await isInactive('a.b.c\0\u{1f4a9}')
  })

  it('AS-21 says the same of refresh tokens, whoever asks', async () => {
    const tokens = await open()
    await isInactive(tokens.refreshToken)
    const own = await api.issuer.openSession({ subject: 'alice', client: 'server' })
    await isInactive(own.refreshToken)
  })

  it('AS-21 goes by no hint', async () => {
    const { accessToken: token } = await open()
    const form = { token, token_type_hint: 'refresh_token' }
    const headers = basic('server', SERVER_SECRET)
    const answer = await api.send('POST', '/auth/introspect', { headers, form })
    expect(answer.json).toMatchObject({ active: true })
  })

  it('AS-21 authenticates who asks: a client without a secret is nobody', async () => {
    const { accessToken: token } = await open()
    const send = (form: Record<string, string>, headers = {}) =>
      api.send('POST', '/auth/introspect', { form: { token, ...form }, headers })
    for (const answer of [
      await send({}),
      await send({ client_id: 'mobile' }),
      await send({ client_id: 'web' }),
      await send({ client_id: 'server' }),
      await send({ client_id: 'server', client_secret: OTHER_SECRET }),
      await send({}, { authorization: `Bearer ${token}` }),
    ]) {
      expect(answer).toMatchObject({ status: 401, json: INVALID_CLIENT })
      expect(answer.headers).toMatchObject(NO_STORE)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    }
    const answer = await send({ client_id: 'server', client_secret: SERVER_SECRET })
    expect(answer.json).toMatchObject({ active: true })
  })

  it('AS-01 wants one token in a form', async () => {
    const { accessToken: token } = await open()
    const headers = basic('server', SERVER_SECRET)
    const forms: [string, string][][] = [
      [],
      [['token', '']],
      [
        ['token', token],
        ['token', token],
      ],
    ]
    for (const form of forms) {
      const answer = await api.send('POST', '/auth/introspect', { headers, form })
      expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST })
    }
    const json = { ...headers, 'content-type': 'application/json' }
    const body = JSON.stringify({ token })
    expect((await api.send('POST', '/auth/introspect', { headers: json, body })).status).toBe(415)
    expect((await api.send('GET', `/auth/introspect?token=${token}`, { headers })).status).toBe(405)
  })
})
