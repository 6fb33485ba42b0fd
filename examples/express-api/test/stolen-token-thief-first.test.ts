import { hearAlarms } from './alarms.ts'
import { startApi } from './client.ts'

// Somebody has got a copy of the cookie, and uses it before the user does. It is the user who comes late then, and gives
// the theft away by it (AS-07).

const alarms = hearAlarms()

beforeEach(() => {
  alarms.length = 0
})

it('ends the session when the user comes back after two refreshes of the thief', async () => {
  const { browser, clock } = await startApi()
  const victim = browser()
  await victim.login()
  const thief = victim.copy()

  for (let times = 0; times < 2; times++) {
    clock.advance(9 * 60)
    expect((await thief.refresh()).status).toBe(200)
  }
  expect((await victim.refresh()).status).toBe(400)
  expect(alarms).toMatchObject([{ subject: 'user-1', class: 'stale-generation', gap: 2 }])

  // What the thief has is of no use any more, the access token included.
  expect((await thief.get('/me')).status).toBe(401)
  expect((await thief.refresh()).status).toBe(400)
  expect((await victim.login()).status).toBe(200)
  expect((await thief.refresh()).status).toBe(400)
})

it('ends it when both use it in turn, at the latest with the next refresh', async () => {
  const { browser, clock } = await startApi()
  const victim = browser()
  await victim.login()
  const thief = victim.copy()

  clock.advance(9 * 60)
  expect((await thief.refresh()).status).toBe(200)
  clock.advance(60)
  expect((await victim.refresh()).status).toBe(200)
  clock.advance(9 * 60)
  expect((await thief.refresh()).status).toBe(200)
  clock.advance(60)
  expect((await victim.refresh()).status).toBe(400)
  expect(alarms).toMatchObject([{ class: 'repeated-late-replay' }])
  expect((await thief.refresh()).status).toBe(400)
  expect((await thief.get('/me')).status).toBe(401)
})

it('refuses a refresh token that was made up, and changes nothing by it', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  const forger = alice.copy()
  forger.cookie = `${alice.cookie.slice(0, -1)}${alice.cookie.endsWith('A') ? 'B' : 'A'}`
  expect((await forger.refresh()).status).toBe(400)
  expect(alarms).toEqual([])
  expect((await alice.refresh()).status).toBe(200)
})
