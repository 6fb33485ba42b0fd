import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ReuseEvent } from '@gatewarden/issuer'
import request from 'supertest'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')

type App = ReturnType<typeof createNaive>
interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

async function logIn(app: App): Promise<Tokens> {
  const { body } = await request(app)
    .post('/login')
    .set('X-Gatewarden', '1')
    .send({ name: 'alice', password: PASSWORD })
    .expect(200)
  return body as Tokens
}

const tryToRefresh = (app: App, { refresh_token }: Tokens) =>
  request(app)
    .post('/auth/refresh')
    .type('form')
    .send({ grant_type: 'refresh_token', client_id: 'phone', refresh_token })

async function refresh(app: App, tokens: Tokens): Promise<Tokens> {
  const { body } = await tryToRefresh(app, tokens).expect(200)
  return body as Tokens
}

const me = (app: App, { access_token: token }: Tokens) =>
  request(app).get('/me').auth(token, { type: 'bearer' })

// Mallory has found alice's refresh token in a backup of her phone.

describe('naive', () => {
  it('refreshes for both of them, as often as they like, and nobody notices', async () => {
    const app = createNaive(secret, createUsers())
    let alice = await logIn(app)
    let mallory = alice
    for (let times = 0; times < 3; times++) {
      alice = await refresh(app, alice)
      mallory = await refresh(app, mallory)
    }
    await me(app, alice).expect(200, { name: 'alice' })
    await me(app, mallory).expect(200, { name: 'alice' })
  })

  it('refreshes with a token that was used up long ago', async () => {
    const app = createNaive(secret, createUsers())
    const old = await logIn(app)
    await refresh(app, await refresh(app, old))
    await me(app, await refresh(app, old)).expect(200, { name: 'alice' })
  })
})

describe('guarded', () => {
  const alarms: ReuseEvent[] = []
  const hear = (event: unknown) => alarms.push(event as ReuseEvent)
  beforeAll(() => subscribe('gatewarden:refresh-reuse-detected', hear))
  afterAll(() => unsubscribe('gatewarden:refresh-reuse-detected', hear))
  beforeEach(() => {
    alarms.length = 0
  })

  it('refreshes for alice, as often as she likes', async () => {
    const app = createGuarded(secret, createUsers())
    let alice = await logIn(app)
    for (let times = 0; times < 3; times++) alice = await refresh(app, alice)
    await me(app, alice).expect(200, { name: 'alice' })
    expect(alarms).toEqual([])
  })

  it('ends the session when mallory comes with a token that was used up', async () => {
    const app = createGuarded(secret, createUsers())
    const mallory = await logIn(app)
    const alice = await refresh(app, await refresh(app, mallory))

    const { body } = await tryToRefresh(app, mallory).expect(400)
    expect(body).toEqual({
      error: 'invalid_grant',
      error_description: 'The refresh token is not valid, or its session has ended.',
    })
    expect(alarms).toMatchObject([{ subject: 'alice', class: 'stale-generation', gap: 2 }])

    // Nobody can tell which of the two is the thief: it ends for both, and alice logs in again.
    await me(app, alice)
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token"/)
    await me(app, await logIn(app)).expect(200, { name: 'alice' })
  })

  it('ends it when mallory was faster, and alice is the one who comes late', async () => {
    const app = createGuarded(secret, createUsers())
    const alice = await logIn(app)
    const mallory = await refresh(app, await refresh(app, alice))
    await me(app, mallory).expect(200)

    await tryToRefresh(app, alice).expect(400)
    expect(alarms).toHaveLength(1)
    await me(app, mallory)
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token"/)
    await tryToRefresh(app, mallory).expect(400)
  })
})
