import { randomBytes } from 'node:crypto'
import { createTestClock } from '@gatewarden/testing'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const now = 1_800_000_000
const TEN_YEARS = 10 * 365 * 86_400

const sign = (claims: { exp?: number }) =>
  jwt.sign(
    { iss: 'https://login.example', aud: 'https://api.example', sub: 'alice', iat: now, ...claims },
    secret,
  )
const honest = sign({ exp: now + 600 })
/** Signed by the right key, without a word on when they end: found in a log, ten years later. */
const eternal: [what: string, token: string][] = [
  ['has no exp', sign({})],
  ['expires in a hundred years', sign({ exp: now + 10 * TEN_YEARS })],
]

const account = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/account').auth(token, { type: 'bearer' })

describe('naive', () => {
  it('refuses an hour later what was good for ten minutes', async () => {
    const clock = createTestClock(now)
    const app = createNaive(secret, clock)
    await account(app, honest).expect(200, { accountOf: 'alice' })
    clock.advance(3600)
    await account(app, honest).expect(401)
  })

  it.each(eternal)('still takes, after ten years, a token that %s', async (_what, token) => {
    const app = createNaive(secret, createTestClock(now + TEN_YEARS))
    await account(app, token).expect(200, { accountOf: 'alice' })
  })
})

describe('guarded', () => {
  it('takes a token for the time it is good for', async () => {
    const clock = createTestClock(now)
    const app = createGuarded(secret, clock)
    await account(app, honest).expect(200, { accountOf: 'alice' })
    clock.advance(3600)
    await account(app, honest)
      .expect(401)
      .expect(
        'WWW-Authenticate',
        /error="invalid_token", error_description="The access token expired."/,
      )
  })

  it('does not take one without exp even once', async () => {
    const { body } = await account(createGuarded(secret, createTestClock(now)), sign({}))
      .expect(401)
      .expect(
        'WWW-Authenticate',
        /error="invalid_token", error_description="The access token lacks a required claim."/,
      )
    expect(body).not.toHaveProperty('accountOf')
  })

  it.each(eternal)('refuses, after ten years, a token that %s', async (_what, token) => {
    const app = createGuarded(secret, createTestClock(now + TEN_YEARS))
    const { body } = await account(app, token)
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('accountOf')
  })
})
