import { startCluster } from './cluster.ts'
import { story } from './redis-installed.ts'

story('log out everywhere is refused by every worker', async () => {
  const cluster = await startCluster({ WORKERS: '4' })
  const phone = await cluster.login()
  const laptop = await cluster.login()
  expect(await cluster.statuses(phone)).toEqual(cluster.every(200))
  expect(await cluster.statuses(laptop)).toEqual(cluster.every(200))

  const { status } = await cluster.ask('/auth/logout-everywhere', phone, { method: 'POST' })
  expect(status).toBe(204)
  await cluster.refused(phone)
  await cluster.refused(laptop)

  // From here on, no request with one of the tokens reaches a handler.
  const answered = await cluster.answered()
  for (let times = 0; times < 5; times++) {
    expect(await cluster.statuses(phone)).toEqual(cluster.every(401))
    expect(await cluster.statuses(laptop)).toEqual(cluster.every(401))
  }
  const { headers, body } = await cluster.ask('/me', laptop)
  expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(body).toMatchObject({ status: 401, error: 'invalid_token' })
  expect(await cluster.answered()).toEqual(answered)
})
