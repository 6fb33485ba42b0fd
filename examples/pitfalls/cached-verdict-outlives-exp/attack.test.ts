import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { VerifiedEvent } from '@gatewarden/express-jwt-guard'
import { createTestClock } from '@gatewarden/testing'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const now = 1_800_000_000
const TEN_MINUTES = 600
const token = jwt.sign(
  {
    iss: 'https://login.example',
    aud: 'https://api.example',
    sub: 'alice',
    iat: now,
    exp: now + TEN_MINUTES,
  },
  secret,
)

const account = (app: ReturnType<typeof createNaive>) =>
  request(app).get('/account').auth(token, { type: 'bearer' })

describe('naive', () => {
  it('refuses a token that has expired: as a test would find', async () => {
    const app = createNaive(secret, createTestClock(now + TEN_MINUTES))
    await account(app).expect(401)
  })

  it('takes it for as long as the process lives, if it came once before', async () => {
    const clock = createTestClock(now)
    const app = createNaive(secret, clock)
    await account(app).expect(200)

    clock.advance(365 * 86_400)
    await account(app).expect(200, { accountOf: 'alice' })
  })
})

describe('guarded', () => {
  it('remembers a token that came before, and refuses it when its time is over', async () => {
    const clock = createTestClock(now)
    const app = createGuarded(secret, clock)
    const lookups: VerifiedEvent['cache'][] = []
    const listen = (event: unknown) => lookups.push((event as VerifiedEvent).cache)
    subscribe('gatewarden:verified', listen)

    await account(app).expect(200, { accountOf: 'alice' })
    await account(app).expect(200, { accountOf: 'alice' })
    const tolerance = 30
    clock.advance(TEN_MINUTES + tolerance - 1)
    await account(app).expect(200, { accountOf: 'alice' })
    unsubscribe('gatewarden:verified', listen)
    expect(lookups.at(-1)).toBe('hit')

    clock.advance(1)
    const { body } = await account(app)
      .expect(401)
      .expect(
        'WWW-Authenticate',
        /error="invalid_token", error_description="The access token expired."/,
      )
    expect(body).not.toHaveProperty('accountOf')
  })
})
