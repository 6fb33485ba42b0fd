import request from 'supertest'
import { PASSWORD, startApi } from './client.ts'

it('gives an access token to the page, and the refresh token to nobody but the browser', async () => {
  const { browser } = await startApi()
  const { status, headers, body } = await browser().login()
  expect(status).toBe(200)
  expect(body).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: expect.any(Number),
    scope: 'notes:read notes:write',
  })
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      /^__Host-gw_rt=[\w.-]+; Path=\/; Max-Age=1209600; Secure; HttpOnly; SameSite=Strict$/,
    ),
  ])
  expect(headers['cache-control']).toBe('no-store')
})

it('lets the user in', async () => {
  const { browser } = await startApi()
  const adam = browser()
  await adam.login('adam')
  const { body } = await adam.get('/me')
  expect(body).toEqual({
    subject: 'user-2',
    scopes: ['notes:read', 'notes:write'],
    roles: ['admin'],
  })
})

it('answers the same to a wrong password and to a name that nobody has', async () => {
  const { browser } = await startApi()
  const wrongPassword = await browser().login('alice', 'not her password')
  const unknownUser = await browser().login('mallory', PASSWORD)
  expect(wrongPassword.status).toBe(403)
  expect(wrongPassword.body).toEqual({ title: 'Name or password is wrong' })
  expect(wrongPassword.get('Set-Cookie')).toBeUndefined()
  expect(unknownUser.status).toBe(403)
  expect(unknownUser.text).toBe(wrongPassword.text)
})

it('takes about as long for a name that nobody has', async () => {
  const { users } = await startApi()
  const timeOf = async (name: string) => {
    const start = performance.now()
    await users.authenticate(name, 'not the password')
    return performance.now() - start
  }
  // In turn, and the fastest of several: the machine has other things to do, too.
  const alice: number[] = []
  const nobody: number[] = []
  for (let round = 0; round < 8; round++) {
    alice.push(await timeOf('alice'))
    nobody.push(await timeOf('mallory'))
  }
  expect(Math.min(...nobody)).toBeGreaterThan(Math.min(...alice) / 4)
})

it('refuses a form that a foreign page makes the browser send', async () => {
  const { app } = await startApi()
  await request(app)
    .post('/login')
    .type('form')
    .send({ name: 'alice', password: PASSWORD })
    .expect(403)
})

it('refuses what is no name and no password', async () => {
  const { app } = await startApi()
  for (const body of [{}, { name: 'alice' }, { name: ['alice'], password: { length: 8 } }]) {
    await request(app).post('/login').set('X-Gatewarden', '1').send(body).expect(422)
  }
})

it('lets nobody guess on', async () => {
  const { browser } = await startApi()
  const guesses = Array.from({ length: 11 }, () => browser().login('alice', 'a guess'))
  const answers = await Promise.all(guesses)
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(10)
  const [refused] = answers.filter(({ status }) => status === 429)
  expect(Number(refused?.get('Retry-After'))).toBeGreaterThan(0)
  // Not even with the right password: a guess may be it.
  expect((await browser().login()).status).toBe(429)
  expect((await browser().login('adam')).status).toBe(200)
})

it('does not count logins that were right', async () => {
  const { browser } = await startApi()
  for (let times = 0; times < 12; times++) expect((await browser().login()).status).toBe(200)
})
