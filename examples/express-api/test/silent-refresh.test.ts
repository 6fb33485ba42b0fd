import request from 'supertest'
import { startApi } from './client.ts'

// A page asks for a new access token when the old one is about to expire. The user does nothing and sees nothing.

it('gives a new access token for the cookie, and a new cookie', async () => {
  const { browser, clock } = await startApi()
  const alice = browser()
  await alice.login()
  const before = { ...alice.copy() }

  clock.advance(9 * 60)
  const { status, body } = await alice.refresh()
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'notes:read notes:write' })
  expect(alice.accessToken).not.toBe(before.accessToken)
  expect(alice.cookie).not.toBe(before.cookie)

  clock.advance(9 * 60)
  expect((await alice.get('/me')).status).toBe(200)
})

it('keeps a user logged in for weeks, one refresh a day', async () => {
  const { browser, clock } = await startApi()
  const alice = browser()
  await alice.login()
  for (let day = 1; day <= 60; day++) {
    clock.advance(24 * 60 * 60)
    expect((await alice.refresh()).status).toBe(200)
  }
  expect((await alice.get('/me')).status).toBe(200)
})

it('tells a page that nobody is logged in, when it asks before the first login', async () => {
  const { browser } = await startApi()
  const { status, body } = await browser().refresh()
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: 'invalid_grant' })
})

it('refuses the cookie without the header that proves it was the page’s own script (AS-23)', async () => {
  const { app, browser } = await startApi()
  const alice = browser()
  await alice.login()
  await request(app).post('/auth/refresh').set('Cookie', alice.cookie).expect(403)
  await request(app)
    .post('/auth/refresh')
    .set('Cookie', alice.cookie)
    .set('X-Gatewarden', '1')
    .set('Origin', 'https://evil.example.com')
    .expect(403)
  expect((await alice.refresh()).status).toBe(200)
})
