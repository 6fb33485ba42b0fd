import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RejectedEvent } from '@gatewarden/express-jwt-guard'
import { createTestClock } from '@gatewarden/testing'
import request from 'supertest'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const { jest } = import.meta
const secret = randomBytes(32).toString('base64url')

const HOUR = 3600
/** Hours ahead of UTC. */
const zones = { Riyadh: 3, London: 0, Vancouver: -8 }

/** What Date says in a container of that zone. jest's process.env is a copy: setting TZ there would move nobody. */
function moveTo(zone: keyof typeof zones): void {
  jest.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(-60 * zones[zone])
}
afterEach(() => jest.restoreAllMocks())

type App = ReturnType<typeof createNaive>

async function logIn(app: App): Promise<string> {
  const { body } = await request(app)
    .post('/login')
    .send({ name: 'alice', password: PASSWORD })
    .expect(200)
  return (body as { access_token: string }).access_token
}

const me = (app: App, token: string) => request(app).get('/me').auth(token, { type: 'bearer' })

describe('naive', () => {
  it('works where it was written', async () => {
    moveTo('London')
    const clock = createTestClock()
    const app = createNaive(secret, createUsers(), clock)
    const token = await logIn(app)
    await me(app, token).expect(200)
    clock.advance(600)
    await me(app, token).expect(401)
  })

  it('lets a stolen token of ten minutes live for hours in Riyadh', async () => {
    moveTo('Riyadh')
    const clock = createTestClock()
    const app = createNaive(secret, createUsers(), clock)
    const stolen = await logIn(app)
    clock.advance(3 * HOUR + 599)
    await me(app, stolen).expect(200, { name: 'alice' })
  })

  it('lets nobody in at all in Vancouver', async () => {
    moveTo('Vancouver')
    const app = createNaive(secret, createUsers(), createTestClock())
    await me(app, await logIn(app)).expect(401)
  })
})

describe('guarded', () => {
  it.each(['Riyadh', 'London', 'Vancouver'] as const)(
    'lets alice in for ten minutes and the tolerance in %s',
    async (zone) => {
      moveTo(zone)
      const clock = createTestClock()
      const app = createGuarded(secret, createUsers(), clock)
      const token = await logIn(app)
      await me(app, token).expect(200, { name: 'alice' })
      clock.advance(629)
      await me(app, token).expect(200)
      clock.advance(1)
      await me(app, token).expect(401)
    },
  )

  it('refuses what a naive issuer in Riyadh made, and tells the operator by how much it is wrong', async () => {
    moveTo('Riyadh')
    const clock = createTestClock()
    const app = createGuarded(secret, createUsers(), clock)
    const stolen = await logIn(createNaive(secret, createUsers(), clock))

    const heard: RejectedEvent[] = []
    const hear = (event: unknown) => heard.push(event as RejectedEvent)
    subscribe('gatewarden:rejected', hear)
    const { body } = await me(app, stolen)
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token".*not valid yet/)
    unsubscribe('gatewarden:rejected', hear)

    expect(body).not.toHaveProperty('name')
    // Three hours less the tolerance of 30 seconds: an offset of whole hours is a zone, not a clock that goes wrong.
    expect(heard).toMatchObject([
      {
        code: 'ERR_TOKEN_NOT_YET_VALID',
        message: "the token's iat is in the future: 10770 s too early",
      },
    ])
  })
})
