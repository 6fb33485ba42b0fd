import type { IssuerStore } from '@gatewarden/core'
import { ConfigError, describeGiven, expectBoolean } from '@gatewarden/core/kit'
import { isPGlite, isPgPool, type PGliteClient, type PgPool } from './client.ts'
import { type Database, pgliteDatabase, poolDatabase } from './database.ts'
import { isMigrated, migrate } from './migrations.ts'
import { tableNames } from './names.ts'
import { folderOf, isOpenedFolder } from './opened-folder.ts'
import { createPostgresKeys } from './postgres-keys.ts'
import { createPostgresRevocations } from './postgres-revocations.ts'
import { createPostgresSessions } from './postgres-sessions.ts'
import { shareListening } from './share-listening.ts'

export interface PostgresStoreOptions {
  /**
   * The schema that the tables are in; `migrate()` creates it. Default: where the connection's `search_path` finds them.
   */
  schema?: string | undefined

  /**
   * Whether `ready()` creates and updates the tables. Default `true` for a PGlite, which is nobody else's, `false` for a
   * pool: what changes the schema of a database that is shared is a decision.
   */
  migrate?: boolean | undefined
}

export interface PostgresStore extends IssuerStore {
  /**
   * Creates the tables, or brings them up to date: `gatewarden_sessions`, `gatewarden_keys`, `gatewarden_revocation_log`,
   * `gatewarden_revocation_head`, and `gatewarden_migrations`, which lists what was done. One transaction; any number of
   * processes may call it at once.
   *
   * @throws when a newer version of this package has been there
   */
  migrate(): Promise<void>
}

/**
 * Keeps what an issuer keeps in PostgreSQL 12 or later, through a pool of `pg` or an embedded PGlite. The client stays
 * yours: `close()` of the store leaves it open, and gives back the connection that listens for revocations.
 *
 * Whatever the driver rejects with, the store rejects with.
 *
 * @throws ConfigError when an option is wrong, or the client is a PGlite on a folder that `openPGlite` did not open
 */
export function createPostgresStore(
  client: PgPool | PGliteClient,
  options: PostgresStoreOptions = {},
): PostgresStore {
  const names = tableNames(options.schema)
  const { database, embedded, isDurable } = connect(client)
  const migrates = expectBoolean('migrate', options.migrate ?? embedded)
  const sessions = createPostgresSessions(database, names)
  const log = createPostgresRevocations(database, names)
  const { listen, close } = shareListening((wake) => log.listen(wake))
  const revocations = { ...log, listen }
  return {
    name: 'postgres',
    isDurable,
    sessions,
    keys: createPostgresKeys(database, names),
    revocations,
    migrate: () => migrate(database, names),
    ready: async () => {
      if (await isMigrated(database, names)) return
      if (migrates) return migrate(database, names)
      throw new Error(
        'The tables of Gatewarden are missing in this database, or older than this package: run store.migrate() ' +
          'when you deploy, or create the store with { migrate: true }',
      )
    },
    sweep: async (now) => (await sessions.sweep(now)) + (await revocations.sweep(now)),
    close,
  }
}

function connect(client: unknown): { database: Database; embedded: boolean; isDurable: boolean } {
  if (isPgPool(client)) return { database: poolDatabase(client), embedded: false, isDurable: true }
  if (!isPGlite(client))
    throw new ConfigError('client', `expected a Pool of pg or a PGlite, ${describeGiven(client)}`)
  const folder = folderOf(client)
  if (folder !== undefined && !isOpenedFolder(client))
    throw new ConfigError(
      'client',
      `the folder ${folder} is not locked: a second process would open it unhindered, and neither would see what the ` +
        `other one revokes. Open it with openPGlite of @gatewarden/store-postgres/pglite`,
    )
  return { database: pgliteDatabase(client), embedded: true, isDurable: folder !== undefined }
}
