import { createPostgresStore } from '@gatewarden/store-postgres'
import { Pool } from 'pg'

// The lines of the README that stand in place of those of src/store.ts. They are not run here, but they compile.

export function openStore(url: string) {
  const pool = new Pool({ connectionString: url }).on('error', console.error)
  return { store: createPostgresStore(pool, { migrate: true }), close: () => pool.end() }
}
