import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '../../../store-postgres/test/postgres-server.ts'
import { startRedis } from '../../../store-redis/test/redis-server.ts'
import { connect, type Place } from './connect.ts'

/** Where processes are killed, or the server under them. */
export interface Ground {
  readonly place: Place
  /** Resolves when the server has done, or dropped, what a killed process had sent. */
  readonly settled: () => Promise<void>
  /** Kills the server, and starts it again on what is on its disk. Undefined where there is none, or it is not ours. */
  readonly crash: (() => Promise<void>) | undefined
  readonly stop: () => Promise<void>
}

/** Redis with an append-only file, synced before each answer. */
export async function startRedisGround(): Promise<Ground> {
  const server = await startRedis()
  return {
    place: { kind: 'redis', url: server.url },
    // One thread, one connection after the other: what was sent before is done before.
    settled: async () => void server.cli('PING'),
    crash: () => server.killAndRestart(),
    stop: () => server.stop(),
  }
}

export async function startPostgresGround(): Promise<Ground> {
  const server = await startPostgres(['fsync=on'])
  const config = { ...(await server.createDatabase()), application_name: 'gatewarden crashes' }
  return {
    place: { kind: 'postgres', config },
    async settled() {
      const client = new pg.Client({ ...config, application_name: 'settled' })
      await client.connect()
      const isThere = `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = $1`
      while ((await client.query(isThere, [config.application_name])).rows.length > 0)
        await delay(5)
      await client.end()
    },
    crash: server.crash,
    stop: () => server.stop(),
  }
}

/** PostgreSQL within the process, in a folder: it dies with the process. */
export async function startPgliteGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
  const place = { kind: 'pglite', folder } as const
  // Creating the database is what takes longest.
  await (await connect(place)).close()
  return {
    place,
    settled: () => Promise.resolve(),
    crash: undefined,
    stop: async () => {
      rmSync(folder, { recursive: true })
    },
  }
}
