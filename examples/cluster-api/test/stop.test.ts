import { startCluster } from './cluster.ts'
import { story } from './redis-installed.ts'

story('a signal to the primary ends every worker, and the Redis that it started', async () => {
  const cluster = await startCluster()
  expect(await cluster.stop()).toBe(0)
  for (const worker of cluster.workers) expect(() => process.kill(worker, 0)).toThrow('ESRCH')
  await expect(fetch(cluster.url)).rejects.toThrow()
})
