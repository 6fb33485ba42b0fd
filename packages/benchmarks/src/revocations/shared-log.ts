import { randomBytes } from 'node:crypto'
import type { RevocationLog } from '@gatewarden/core'
import type { Places } from '../sessions/stores.ts'

/** A log that several processes share, as one can be told where it is. */
export interface LogAddress {
  readonly store: StoreName
  readonly places: Places
  /** The prefix of its keys, or its schema. */
  readonly name: string
}

export interface OpenedLog {
  readonly log: RevocationLog
  readonly close: () => Promise<void>
}

const STORES = {
  Redis: async ({ places, name }: LogAddress): Promise<OpenedLog> => {
    const [{ createClient }, { createRedisStore }] = await Promise.all([
      import('redis'),
      import('@gatewarden/store-redis'),
    ])
    const client = createClient({ url: places.redisUrl ?? '' })
    await client.connect()
    const { revocations } = createRedisStore(client, { prefix: `${name}:` })
    return { log: revocations, close: () => Promise.resolve(client.destroy()) }
  },

  PostgreSQL: async ({ places, name }: LogAddress): Promise<OpenedLog> => {
    const [{ default: pg }, { createPostgresStore }] = await Promise.all([
      import('pg'),
      import('@gatewarden/store-postgres'),
    ])
    const pool = new pg.Pool({ ...places.postgres, max: 4 })
    const store = createPostgresStore(pool, { schema: name, migrate: true })
    await store.ready()
    return {
      log: store.revocations,
      close: async () => {
        await store.close()
        await pool.end()
      },
    }
  },
}

export type StoreName = keyof typeof STORES

/** What is not opened is not loaded. */
export function openLog(address: LogAddress): Promise<OpenedLog> {
  return STORES[address.store](address)
}

/** A new log in each of the stores that there are. */
export function newLogsAt(places: Places): LogAddress[] {
  const stores: StoreName[] = [
    ...(places.redisUrl === undefined ? [] : (['Redis'] as const)),
    ...(places.postgres === undefined ? [] : (['PostgreSQL'] as const)),
  ]
  return stores.map((store) => ({ store, places, name: `bench${randomBytes(4).toString('hex')}` }))
}
