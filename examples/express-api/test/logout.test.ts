import { startApi } from './client.ts'

it('refuses the old access token at once, though it has not expired (AS-24)', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  expect((await alice.get('/me')).status).toBe(200)

  expect((await alice.logout()).status).toBe(204)
  const { status, body } = await alice.get('/me')
  expect(status).toBe(401)
  expect(body).toMatchObject({ error: 'invalid_token' })
})

it('takes the cookie away, and whoever kept it cannot refresh with it', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  const kept = alice.copy()

  await alice.logout()
  expect(alice.cookie).toBe('')
  expect((await kept.refresh()).status).toBe(400)
})

it('does not hurt when it is done twice, or by who was never logged in', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  const again = alice.copy()
  await alice.logout()
  expect((await again.logout()).status).toBe(204)
  expect((await browser().logout()).status).toBe(204)
})

it('leaves the other devices alone', async () => {
  const { browser } = await startApi()
  const laptop = browser()
  const phone = browser('Safari on a phone')
  await laptop.login()
  await phone.login()
  await laptop.logout()
  expect((await phone.get('/me')).status).toBe(200)
  expect((await phone.refresh()).status).toBe(200)
})
