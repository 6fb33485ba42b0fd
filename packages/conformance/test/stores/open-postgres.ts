import { createPostgresStore } from '../../../store-postgres/src/index.ts'
import { openPool, startPostgres } from '../../../store-postgres/test/postgres-server.ts'
import type { RealStore } from './opened-store.ts'

/** Two processes that share one database, each with a pool. */
export async function openPostgres(): Promise<RealStore> {
  const server = await startPostgres()
  const config = await server.createDatabase()
  const [one, other] = [openPool(config), openPool(config)]
  const store = createPostgresStore(one)
  await store.migrate()
  return {
    store,
    again: async () => createPostgresStore(other),
    dump: () => dumpTables(async (sql) => (await one.query<Row>(sql)).rows),
    close: async () => {
      await Promise.all([one.end(), other.end()])
      await server.stop()
    },
  }
}

type Row = Record<string, unknown>

/** Every row of every table that is not the server's own. */
export async function dumpTables(query: (sql: string) => Promise<Row[]>): Promise<unknown[]> {
  const tables = await query(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  return Promise.all(
    tables.map(async ({ name }) => [name, await query(`SELECT * FROM ${String(name)}`)]),
  )
}
