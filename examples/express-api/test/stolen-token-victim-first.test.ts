import { hearAlarms } from './alarms.ts'
import { startApi } from './client.ts'

// Somebody has got a copy of the cookie, and the user is the first to use it. Nobody can tell who of the two is the thief,
// so the session ends for both, and the user logs in again (AS-07).

const alarms = hearAlarms()

beforeEach(() => {
  alarms.length = 0
})

it('ends the session when the thief comes two refreshes late', async () => {
  const { browser, clock } = await startApi()
  const victim = browser()
  await victim.login()
  const thief = victim.copy()

  for (let times = 0; times < 2; times++) {
    clock.advance(9 * 60)
    await victim.refresh()
  }
  const { status, body } = await thief.refresh()
  expect(status).toBe(400)
  // Nothing in the answer tells the thief that there was an alarm.
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: 'The refresh token is not valid, or its session has ended.',
  })
  expect(alarms).toMatchObject([{ subject: 'user-1', class: 'stale-generation', gap: 2 }])

  expect((await victim.get('/me')).status).toBe(401)
  expect((await victim.refresh()).status).toBe(400)
  expect((await victim.login()).status).toBe(200)
})

it('ends it when both use it in turn, at the latest with the next refresh', async () => {
  const { browser, clock } = await startApi()
  const victim = browser()
  await victim.login()
  const thief = victim.copy()
  clock.advance(9 * 60)
  await victim.refresh()

  // One refresh late: it could be the user's own, whose answer was lost. It leads to the same successor.
  clock.advance(60)
  expect((await thief.refresh()).status).toBe(200)
  expect(thief.cookie).toBe(victim.cookie)
  expect(alarms).toEqual([])

  clock.advance(9 * 60)
  expect((await victim.refresh()).status).toBe(200)
  clock.advance(60)
  expect((await thief.refresh()).status).toBe(400)
  expect(alarms).toMatchObject([{ class: 'repeated-late-replay' }])
  expect((await thief.get('/me')).status).toBe(401)
  expect((await victim.get('/me')).status).toBe(401)
})
