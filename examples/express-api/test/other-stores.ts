import { createPostgresStore } from '@gatewarden/store-postgres'
import { createRedisStore } from '@gatewarden/store-redis'
import { Pool } from 'pg'
import { createClient } from 'redis'

// The lines of the README that stand in place of those of src/store.ts. They are not run here, but they compile.

export function openPostgres() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL }).on('error', console.error)
  return { store: createPostgresStore(pool, { migrate: true }), close: () => pool.end() }
}

export async function openRedis() {
  const client = createClient({ url: process.env.REDIS_URL }).on('error', console.error)
  await client.connect()
  return { store: createRedisStore(client), close: () => client.close() }
}
