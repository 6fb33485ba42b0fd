import { startApi } from './client.ts'

// The request arrived, the answer did not: a tunnel, a server that was restarted, a tab that was closed. The browser has
// the old cookie still, and the server has used it up.

it('answers the retry with the refresh token that was lost', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  const lost = alice.copy()
  await lost.refresh()

  expect((await alice.refresh()).status).toBe(200)
  expect(alice.cookie).toBe(lost.cookie)
  expect((await alice.get('/me')).status).toBe(200)
  expect((await alice.refresh()).status).toBe(200)
})

it('answers it the next morning, too: a laptop that was shut logs nobody out', async () => {
  const { browser, clock } = await startApi()
  const alice = browser()
  await alice.login()
  await alice.copy().refresh()

  clock.advance(10 * 60 * 60)
  expect((await alice.refresh()).status).toBe(200)
  clock.advance(9 * 60)
  expect((await alice.refresh()).status).toBe(200)
})

it('answers any number of retries on a bad line', async () => {
  const { browser, clock } = await startApi()
  const alice = browser()
  await alice.login()
  for (let times = 0; times < 10; times++) {
    await alice.copy().refresh()
    clock.advance(1)
  }
  expect((await alice.refresh()).status).toBe(200)
})
