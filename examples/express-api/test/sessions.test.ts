import { startApi } from './client.ts'

interface Listed {
  readonly sid: string
  readonly current: boolean
  readonly device: string
}

it('shows users where they are logged in, and ends a session from afar', async () => {
  const { browser } = await startApi()
  const laptop = browser()
  const phone = browser('Safari on a phone')
  await laptop.login()
  await phone.login()

  const { body } = await laptop.get('/auth/sessions')
  const sessions = body.sessions as Listed[]
  expect(sessions).toHaveLength(2)
  expect(sessions.find(({ current }) => current)?.device).toBe('Firefox on Linux')
  const lost = sessions.find(({ device }) => device === 'Safari on a phone')!

  expect((await laptop.delete(`/auth/sessions/${lost.sid}`)).status).toBe(204)
  expect((await phone.get('/me')).status).toBe(401)
  expect((await phone.refresh()).status).toBe(400)
  expect((await laptop.get('/me')).status).toBe(200)
})

it("shows and ends nobody else's", async () => {
  const { browser } = await startApi()
  const alice = browser()
  const adam = browser()
  await alice.login()
  await adam.login('adam')
  const { body } = await alice.get('/auth/sessions')
  const [hers] = body.sessions as Listed[]

  expect((await adam.get('/auth/sessions')).body.sessions).toHaveLength(1)
  expect((await adam.delete(`/auth/sessions/${hers!.sid}`)).status).toBe(404)
  expect((await alice.get('/me')).status).toBe(200)
})
