import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPostgresStore } from '../../../store-postgres/src/index.ts'
import { openPGlite } from '../../../store-postgres/src/pglite.ts'
import { dumpTables } from './open-postgres.ts'
import type { RealStore } from './opened-store.ts'

/** Two issuers of one process: only one can have the folder. */
export async function openPglite(): Promise<RealStore> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
  const client = await openPGlite(folder)
  const store = createPostgresStore(client, { migrate: true })
  await store.ready()
  return {
    store,
    again: async () => createPostgresStore(client),
    dump: () => dumpTables(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows),
    close: async () => {
      await client.close()
      rmSync(folder, { recursive: true })
    },
  }
}
