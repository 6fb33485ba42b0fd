import type { LoggedRevocation, RevocationLog } from '@gatewarden/core'
import type { Database } from './database.ts'
import type { Names } from './names.ts'
import { sweepInBatches } from './sweep-in-batches.ts'

export function createPostgresRevocations(database: Database, names: Names): RevocationLog {
  const table = names.revocations
  // In one order, whatever the order given: two that append the same entries never wait for each other.
  const appendText = `INSERT INTO ${table} AS logged (kind, id, until)
    SELECT kind, id, max(until) FROM unnest($1::text[], $2::text[], $3::double precision[]) AS entry (kind, id, until)
    GROUP BY kind, id ORDER BY kind COLLATE "C", id COLLATE "C"
    ON CONFLICT (kind, id) DO UPDATE SET until = excluded.until WHERE logged.until < excluded.until`
  const liveText = `SELECT kind, id, until FROM ${table} WHERE until > $1`
  // By place, which holds for a row that is locked: by name, the planner would read the whole table. Asked again for
  // what has ended, because the row may have been written between being read and being locked.
  const sweepText = `DELETE FROM ${table} WHERE until <= $1 AND ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED))`
  return {
    append: async (entries) => {
      if (entries.length === 0) return
      await database.query(appendText, [
        entries.map(({ kind }) => kind),
        entries.map(({ id }) => id),
        entries.map(({ until }) => until),
      ])
    },
    live: async (now) => {
      const { rows } = await database.query(liveText, [now])
      return rows.map(({ kind, id, until }) => ({
        kind: kind as LoggedRevocation['kind'],
        id: id as string,
        until: Number(until),
      }))
    },
    sweep: (now) => sweepInBatches(database, sweepText, now),
  }
}
