import { startCluster } from './cluster.ts'
import { story } from './redis-installed.ts'
import { headerOf } from './tokens.ts'

story('a signing key is revoked in one worker, and its tokens are refused by all', async () => {
  const cluster = await startCluster({ WORKERS: '3' })
  const operator = await cluster.login()
  const user = await cluster.login()
  const { kid } = headerOf(operator)
  expect(headerOf(user).kid).toBe(kid)
  expect(await cluster.statuses(user)).toEqual(cluster.every(200))

  const { status } = await cluster.ask(`/keys/${kid}`, operator, { method: 'DELETE' })
  expect(status).toBe(204)
  await cluster.refused(user)

  // Whichever worker signs, and whichever verifies.
  for (const _ of cluster.workers) {
    const token = await cluster.login()
    expect(headerOf(token).kid).not.toBe(kid)
    expect(await cluster.statuses(token)).toEqual(cluster.every(200))
  }
  expect(await cluster.statuses(user)).toEqual(cluster.every(401))
})
