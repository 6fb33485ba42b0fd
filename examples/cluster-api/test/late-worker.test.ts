import { startCluster, until } from './cluster.ts'
import { story } from './redis-installed.ts'

story('a worker that starts later knows what was revoked before', async () => {
  const cluster = await startCluster()
  const revoked = await cluster.login()
  await cluster.ask('/auth/logout-everywhere', revoked, { method: 'POST' })
  const living = await cluster.login()

  const [dying = 0, staying] = cluster.workers
  process.kill(dying, 'SIGKILL')
  cluster.workers.delete(dying)
  await until(() => cluster.workers.size === 2, 'another worker listens')

  const [late] = [...cluster.workers].filter((worker) => worker !== staying)
  expect(late).not.toBe(dying)
  expect(await cluster.statuses(revoked)).toEqual(cluster.every(401))
  expect((await cluster.answered()).get(late!)).toBe(0)
  expect(await cluster.statuses(living)).toEqual(cluster.every(200))
})
