import { createGuard } from '@gatewarden/core'
import type { TokenSet } from '../../src/token-set.ts'
import { claimsOf, forgedTokens } from './forge.ts'
import {
  basic,
  INVALID_CLIENT,
  INVALID_REQUEST,
  isAlive,
  NO_STORE,
  OTHER_SECRET,
  serve,
  type Served,
  SERVER_SECRET,
  SESSIONS_UNAVAILABLE,
  UNAUTHORIZED_CLIENT,
} from './serve.ts'

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

const open = (client: string, subject = 'alice') => api.issuer.openSession({ subject, client })
const revoke = (token: string, over: Record<string, string> = {}) =>
  api.send('POST', '/auth/revoke', { form: { client_id: 'mobile', token, ...over } })
const guardSays = async ({ accessToken }: TokenSet) =>
  createGuard(api.issuer.trust())
    .verify(accessToken)
    .then(
      () => 'valid',
      (error: unknown) => (error as { code: string }).code,
    )
const refresh = ({ refreshToken }: TokenSet, client = 'mobile') =>
  api.issuer.refresh({ refreshToken, client })

const OK = { status: 200, text: '', cookies: [] }

describe('POST /auth/revoke', () => {
  it('AS-19 ends the session of a refresh token, with its access tokens', async () => {
    const tokens = await open('mobile')
    const answer = await revoke(tokens.refreshToken)
    expect(answer).toMatchObject(OK)
    expect(answer.headers).toMatchObject(NO_STORE)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    await expect(refresh(tokens)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
  })

  it('AS-19 ends it by a refresh token of an older generation', async () => {
    const tokens = await open('mobile')
    const newest = await refresh(await refresh(tokens))
    expect(await revoke(tokens.refreshToken)).toMatchObject(OK)
    expect(await guardSays(newest)).toBe('ERR_TOKEN_REVOKED')
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(false)
  })

  it('AS-19 revokes an access token alone: its session and the next one live', async () => {
    const tokens = await open('mobile')
    expect(await revoke(tokens.accessToken)).toMatchObject(OK)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    expect(await guardSays(await refresh(tokens))).toBe('valid')
  })

  it.each(['refresh_token', 'access_token', 'saml2_assertion', '__proto__', 'x'.repeat(1_000)])(
    'AS-18 goes by no hint: %.20s',
    async (token_type_hint) => {
      const [one, other] = [await open('mobile'), await open('mobile')]
      expect(await revoke(one.refreshToken, { token_type_hint })).toMatchObject(OK)
      expect(await revoke(other.accessToken, { token_type_hint })).toMatchObject(OK)
      expect(await guardSays(one)).toBe('ERR_TOKEN_REVOKED')
      expect(await guardSays(other)).toBe('ERR_TOKEN_REVOKED')
      expect(await isAlive(api, 'alice', other.sid)).toBe(true)
    },
  )

  it('AS-18 answers unknown, expired and revoked tokens like one that is revoked now', async () => {
    const [expired, revoked] = [await open('mobile'), await open('mobile')]
    api.clock.advance(14 * 86_400)
    const living = await open('mobile')
    const first = await revoke(living.refreshToken)
    const answer = ({ status, text, headers: { date: _, ...headers } }: typeof first) => ({
      status,
      text,
      headers,
    })
    for (const token of [
      'x',
      'ey.ey.ey',
      'x'.repeat(15_000),
      'gwr.a.b.0.c',
      'ünï\0code',
      expired.refreshToken,
      expired.accessToken,
      revoked.refreshToken,
      living.refreshToken,
      living.accessToken,
    ]) {
      expect(answer(await revoke(token))).toEqual(answer(first))
    }
  })

  it('attack 134: a forged token with a victim’s jti and sid revokes nothing', async () => {
    const victim = await open('mobile')
    for (const [, token] of forgedTokens(victim)) {
      expect(await revoke(token)).toMatchObject(OK)
      expect(await guardSays(victim)).toBe('valid')
    }
    const { jti, sid } = claimsOf(victim.accessToken) as { jti: string; sid: string }
    for (const token of [jti, sid, victim.refreshToken.split('.')[2]!])
      expect(await revoke(token)).toMatchObject(OK)
    expect(await guardSays(victim)).toBe('valid')
    expect(await isAlive(api, 'alice', victim.sid)).toBe(true)
    expect((await refresh(victim)).sid).toBe(victim.sid)
  })

  it.each<[string, object]>([
    ['another one without a secret', { form: { client_id: 'tablet' } }],
    ['another one with a secret', { headers: basic('server', SERVER_SECRET) }],
    ['the page’s', { form: { client_id: 'web' } }],
  ])('AS-17 tells %s that the token is not its own, and leaves it', async (_, sent) => {
    const tokens = await open('mobile')
    for (const token of [tokens.refreshToken, tokens.accessToken]) {
      const answer = await api.send('POST', '/auth/revoke', {
        ...sent,
        form: { ...(sent as { form?: object }).form, token },
      })
      expect(answer).toMatchObject({ status: 400, json: UNAUTHORIZED_CLIENT, cookies: [] })
      expect(answer.headers).toMatchObject(NO_STORE)
    }
    expect(await guardSays(tokens)).toBe('valid')
    expect(await isAlive(api, 'alice', tokens.sid)).toBe(true)
  })

  it('AS-17 authenticates who asks', async () => {
    const tokens = await open('server')
    const send = (form: Record<string, string>, headers = {}) =>
      api.send('POST', '/auth/revoke', { form: { token: tokens.refreshToken, ...form }, headers })
    for (const answer of [
      await send({}),
      await send({ client_id: 'server' }),
      await send({ client_id: 'server', client_secret: OTHER_SECRET }),
      await send({}, basic('other', SERVER_SECRET)),
      await send({}, { cookie: `__Host-gw_rt=${tokens.refreshToken}`, 'x-gatewarden': '1' }),
    ]) {
      expect(answer).toMatchObject({ status: 401, json: INVALID_CLIENT })
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    }
    expect(await guardSays(tokens)).toBe('valid')
    expect(await send({}, basic('server', SERVER_SECRET))).toMatchObject(OK)
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
  })

  it('AS-01 wants one token in a form', async () => {
    const { refreshToken: token, sid } = await open('mobile')
    const client: [string, string] = ['client_id', 'mobile']
    const pairs: [string, string][][] = [
      [client],
      [client, ['token', '']],
      [client, ['token', token], ['token', token]],
      [client, ['token', token], ['token', '']],
      [client, ['token', token], ['token_type_hint', 'x'], ['token_type_hint', 'y']],
    ]
    for (const form of pairs) {
      const answer = await api.send('POST', '/auth/revoke', { form })
      expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST })
    }
    const body = JSON.stringify({ client_id: 'mobile', token })
    const headers = { 'content-type': 'application/json' }
    expect((await api.send('POST', '/auth/revoke', { headers, body })).status).toBe(415)
    expect((await api.send('GET', `/auth/revoke?client_id=mobile&token=${token}`)).status).toBe(405)
    expect(await isAlive(api, 'alice', sid)).toBe(true)
  })

  it('AS-20 answers 503 while the store is down: the client must not believe it', async () => {
    const [one, other] = [await open('mobile'), await open('mobile')]
    api.outage.isOn = true
    for (const token of [one.refreshToken, other.accessToken]) {
      const answer = await revoke(token)
      expect(answer).toMatchObject({ status: 503, json: SESSIONS_UNAVAILABLE })
      expect(answer.headers).toMatchObject({ ...NO_STORE, 'retry-after': '5' })
    }
    api.outage.isOn = false
    expect(await isAlive(api, 'alice', one.sid)).toBe(true)
    expect(await revoke(one.refreshToken)).toMatchObject(OK)
    expect(await revoke(other.accessToken)).toMatchObject(OK)
    expect(await guardSays(one)).toBe('ERR_TOKEN_REVOKED')
    expect(await guardSays(other)).toBe('ERR_TOKEN_REVOKED')
  })
})
