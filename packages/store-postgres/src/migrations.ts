import { readdir, readFile } from 'node:fs/promises'
import type { Database, Row } from './database.ts'
import type { Names } from './names.ts'

/** The numbered files in `sql`, which are part of the package. */
const folder = new URL('../sql/', import.meta.url)

/** Any number, as long as everybody takes the same: whoever migrates holds the advisory lock of this one. */
const migrationLock = 7_236_128_849

/**
 * Brings the tables up to date, in one transaction: another process that does the same waits, and finds them done.
 *
 * @throws when the database was migrated by a newer version of this package
 */
export async function migrate(database: Database, names: Names): Promise<void> {
  const migrations = await readMigrations()
  await database.transaction(async (transaction) => {
    await transaction.query(`SELECT pg_advisory_xact_lock(${migrationLock})`)
    if (names.schema !== undefined) {
      // IF NOT EXISTS alone asks for the right to create schemas even where there is nothing to create.
      const [found] = await transaction.query(
        `SELECT 1 FROM pg_namespace WHERE nspname = ${names.schemaLiteral}`,
      )
      if (found === undefined) await transaction.script(`CREATE SCHEMA ${names.schema}`)
      // The files name tables only.
      await transaction.script(`SET LOCAL search_path TO ${names.schema}`)
    }
    await transaction.script(
      'CREATE TABLE IF NOT EXISTS gatewarden_migrations (version integer PRIMARY KEY, name text NOT NULL)',
    )
    const applied = versionsOf(
      await transaction.query('SELECT version FROM gatewarden_migrations ORDER BY version'),
    )
    refuseNewer(applied, migrations)
    for (const { version, name } of migrations) {
      if (applied.includes(version)) continue
      await transaction.script(await readFile(new URL(name, folder), 'utf8'))
      // Both come from the name of a file of ours.
      await transaction.script(
        `INSERT INTO gatewarden_migrations (version, name) VALUES (${version}, '${name}')`,
      )
    }
  })
}

/**
 * Resolves to whether every migration was applied.
 *
 * @throws when the database was migrated by a newer version of this package
 */
export async function isMigrated(database: Database, names: Names): Promise<boolean> {
  const migrations = await readMigrations()
  let rows: Row[]
  try {
    const text = `SELECT version FROM ${names.migrations} ORDER BY version`
    rows = (await database.query(text)).rows
  } catch (error) {
    // undefined_table
    if ((error as { code?: unknown }).code === '42P01') return false
    throw error
  }
  const applied = versionsOf(rows)
  refuseNewer(applied, migrations)
  return migrations.every(({ version }) => applied.includes(version))
}

interface Migration {
  readonly version: number
  readonly name: string
}

async function readMigrations(): Promise<Migration[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ version: Number(name.slice(0, 4)), name }))
}

function versionsOf(rows: readonly Row[]): number[] {
  return rows.map(({ version }) => Number(version))
}

function refuseNewer(applied: readonly number[], migrations: readonly Migration[]): void {
  const newest = Math.max(0, ...applied)
  const known = Math.max(0, ...migrations.map(({ version }) => version))
  if (newest > known)
    throw new Error(
      `The tables of Gatewarden are at version ${newest}, and this version of @gatewarden/store-postgres knows them ` +
        `up to ${known}: update it`,
    )
}
