import { startApi } from './client.ts'

it('ends every session of the user at once, on every device', async () => {
  const { browser } = await startApi()
  const laptop = browser()
  const phone = browser('Safari on a phone')
  const adam = browser()
  await Promise.all([laptop.login(), phone.login(), adam.login('adam')])

  expect((await laptop.post('/auth/logout-everywhere')).status).toBe(204)
  for (const device of [laptop, phone]) {
    expect((await device.get('/me')).status).toBe(401)
    expect((await device.refresh()).status).toBe(400)
  }
  expect((await adam.get('/me')).status).toBe(200)
})

it('lets the user log in again in the same second', async () => {
  const { browser } = await startApi()
  const alice = browser()
  await alice.login()
  await alice.post('/auth/logout-everywhere')
  await alice.login()
  expect((await alice.get('/me')).status).toBe(200)
})
