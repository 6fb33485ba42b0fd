import type { KeyStore } from '@gatewarden/core'
import type { Database } from './database.ts'
import type { Names } from './names.ts'

/** One row, which is compared and set by one statement. */
export function createPostgresKeys(database: Database, names: Names): KeyStore {
  const readText = `SELECT revision, sealed FROM ${names.keys} WHERE id = 1`
  const insertText = `INSERT INTO ${names.keys} (id, revision, sealed) VALUES (1, 1, $1)
    ON CONFLICT (id) DO NOTHING`
  const updateText = `UPDATE ${names.keys} SET revision = revision + 1, sealed = $1
    WHERE id = 1 AND revision = $2`
  return {
    read: async () => {
      const [row] = (await database.query(readText)).rows
      if (row === undefined) return undefined
      return { revision: Number(row.revision), sealed: row.sealed as string }
    },
    write: async (sealed, revision) => {
      const { count } = await (revision === 0
        ? database.query(insertText, [sealed])
        : database.query(updateText, [sealed, revision]))
      return count === 1
    },
  }
}
