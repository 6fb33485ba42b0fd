import { join } from 'node:path'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { openPGlite } from '@gatewarden/store-postgres/pglite'

/** Where sessions and signing keys are kept: in a PostgreSQL that lives in this process and writes to a folder. */
export async function openStore(folder: string) {
  const database = await openPGlite(join(folder, 'database'))
  return { store: createPostgresStore(database), close: () => database.close() }
}
