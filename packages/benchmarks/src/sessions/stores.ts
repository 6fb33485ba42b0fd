import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IssuerStore } from '@gatewarden/core'
import type { PoolConfig } from 'pg'

/** Where the servers of a run are. */
export interface Places {
  readonly redisUrl?: string | undefined
  readonly postgres?: PoolConfig | undefined
}

export interface OpenedStore {
  readonly store: IssuerStore
  readonly close: () => Promise<void>
}

type Open = (places: Places) => Promise<OpenedStore>

/** By the names that tables show. What is not measured is not loaded. */
export const STORES: Readonly<Record<string, Open>> = {
  memory: async () => {
    const { createMemoryStore } = await import('@gatewarden/issuer')
    const store = createMemoryStore({ maxSessions: 10_000_000, inProduction: true })
    return { store, close: () => store.close() }
  },

  'Redis, node-redis': async ({ redisUrl }) => {
    const [{ createClient }, { createRedisStore }] = await Promise.all([
      import('redis'),
      import('@gatewarden/store-redis'),
    ])
    const client = createClient({ url: redisUrl ?? '' })
    await client.connect()
    return {
      store: createRedisStore(client, { prefix: fresh() }),
      close: () => Promise.resolve(client.destroy()),
    }
  },

  'Redis, ioredis': async ({ redisUrl }) => {
    const [{ Redis }, { createRedisStore }] = await Promise.all([
      import('ioredis'),
      import('@gatewarden/store-redis'),
    ])
    const client = new Redis(redisUrl ?? '')
    return {
      store: createRedisStore(client, { prefix: fresh() }),
      close: () => Promise.resolve(client.disconnect()),
    }
  },

  PostgreSQL: async ({ postgres }) => {
    const [{ default: pg }, { createPostgresStore }] = await Promise.all([
      import('pg'),
      import('@gatewarden/store-postgres'),
    ])
    const pool = new pg.Pool(postgres)
    const store = createPostgresStore(pool, { schema: fresh().slice(0, -1), migrate: true })
    return { store, close: () => pool.end() }
  },

  'PGlite, in a folder': async () => {
    const [{ openPGlite }, { createPostgresStore }] = await Promise.all([
      import('@gatewarden/store-postgres/pglite'),
      import('@gatewarden/store-postgres'),
    ])
    const folder = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
    const client = await openPGlite(folder)
    return {
      store: createPostgresStore(client),
      close: async () => {
        await client.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
}

/** The names of the stores that can be measured at these places. */
export function storesAt({ redisUrl, postgres }: Places): string[] {
  return Object.keys(STORES).filter(
    (name) =>
      (redisUrl !== undefined || !name.startsWith('Redis')) &&
      (postgres !== undefined || name !== 'PostgreSQL'),
  )
}

/** What starts the names of one run. */
function fresh(): string {
  return `bench${randomBytes(4).toString('hex')}:`
}
