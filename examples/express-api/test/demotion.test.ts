import { startApi } from './client.ts'

// What a user may do is asked at every refresh, so it changes while they are logged in.

it('takes a role away with the next access token', async () => {
  const { browser, users } = await startApi()
  const adam = browser()
  await adam.login('adam')
  expect((await adam.delete('/notes/1')).status).toBe(404)

  users.setRoles('user-2', [])
  await adam.refresh()
  expect((await adam.delete('/notes/1')).status).toBe(403)
  expect((await adam.get('/me')).body).toMatchObject({ subject: 'user-2', roles: [] })
})

it('gives one in the same way', async () => {
  const { browser, users } = await startApi()
  const alice = browser()
  await alice.login()
  users.setRoles('user-1', ['admin'])
  await alice.refresh()
  expect((await alice.delete('/notes/1')).status).toBe(404)
})

it('logs out who is no user any more, the access token included', async () => {
  const { browser, users } = await startApi()
  const alice = browser()
  await alice.login()
  users.remove('user-1')
  expect((await alice.refresh()).status).toBe(400)
  expect((await alice.get('/me')).status).toBe(401)
})

it('does it at once where that cannot wait', async () => {
  const { browser, issuer, users } = await startApi()
  const adam = browser()
  await adam.login('adam')
  users.setRoles('user-2', [])
  await issuer.revokeSessions('user-2')
  expect((await adam.get('/me')).status).toBe(401)
})
