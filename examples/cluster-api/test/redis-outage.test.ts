import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startRedis } from '../src/redis.ts'
import { startCluster, until } from './cluster.ts'
import { story } from './redis-installed.ts'

const folder = mkdtempSync(join(tmpdir(), 'cluster-api-'))

let redis: ChildProcess | undefined

afterAll(async () => {
  await kill(redis)
  rmSync(folder, { recursive: true })
})

story('without Redis, workers go on for maxStaleness, then answer 503, then recover', async () => {
  const port = await freePort()
  redis = await startRedis(folder, port)
  const cluster = await startCluster({
    REDIS_URL: `redis://127.0.0.1:${port}`,
    GATEWARDEN_SECRET: randomBytes(32).toString('hex'),
    MAX_STALENESS: '5',
  })
  const revoked = await cluster.login()
  await cluster.ask('/auth/logout-everywhere', revoked, { method: 'POST' })
  const living = await cluster.login()
  await cluster.refused(revoked)
  const everyHealth = async (status: number) =>
    (await cluster.askEvery('/health')).every((answer) => answer.status === status)

  await kill(redis)
  expect(await cluster.statuses(living)).toEqual(cluster.every(200))
  expect(await everyHealth(200)).toBe(true)

  await until(() => everyHealth(503), 'no worker is fresh')
  const answered = await cluster.answered()
  for (const { status, headers, body } of await cluster.askEvery('/me', living)) {
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body).not.toHaveProperty('error')
  }
  // What is known to be revoked is refused all the same.
  expect(await cluster.statuses(revoked)).toEqual(cluster.every(401))
  expect(await cluster.answered()).toEqual(answered)

  redis = await startRedis(folder, port)
  await until(() => everyHealth(200), 'every worker is fresh')
  expect(await cluster.statuses(living)).toEqual(cluster.every(200))
  expect(await cluster.statuses(revoked)).toEqual(cluster.every(401))
  const later = await cluster.login()
  expect(await cluster.statuses(later)).toEqual(cluster.every(200))
})

async function kill(server: ChildProcess | undefined): Promise<void> {
  if (server?.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGKILL')
  await once(server, 'exit')
}
