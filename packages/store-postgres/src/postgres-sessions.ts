import type { SessionRow, SessionStore } from '@gatewarden/core'
import type { Database, Row } from './database.ts'
import type { Names } from './names.ts'
import { sweepInBatches } from './sweep-in-batches.ts'

const columns =
  'handle, sid, subject, client, binding, generation, rotated_at, replays, late_generation, late_at, created_at, ' +
  'idle_expires_at, expires_at, revoked_at, revoked_for, data'

/**
 * Every step is one statement, judged and written by the server at once. At READ COMMITTED, PostgreSQL's default, the
 * second of two that concern one session waits for the first, and then judges the row again as that one left it.
 */
export function createPostgresSessions(database: Database, names: Names): SessionStore {
  const table = names.sessions
  const lives = (now: string) =>
    `revoked_at IS NULL AND idle_expires_at > ${now} AND expires_at > ${now}`

  const insertText = `INSERT INTO ${table} (${columns})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
  const findText = `SELECT ${columns} FROM ${table} WHERE handle = $1`
  const findBySidText = `SELECT ${columns} FROM ${table} WHERE sid = $1`
  const rotateText = `UPDATE ${table}
    SET generation = generation + 1, rotated_at = $5, replays = 0,
      idle_expires_at = LEAST(expires_at, GREATEST(idle_expires_at, $6))
    WHERE handle = $1 AND generation = $2 AND client = $3 AND binding = $4 AND ${lives('$5')}
    RETURNING ${columns}`
  const replayText = `UPDATE ${table}
    SET replays = replays + 1,
      late_generation = CASE WHEN $4::boolean THEN generation ELSE late_generation END,
      late_at = CASE WHEN $4::boolean AND late_generation IS DISTINCT FROM generation THEN $3 ELSE late_at END
    WHERE handle = $1 AND generation = $2 AND ${lives('$3')}
    RETURNING ${columns}`
  const revokeText = `UPDATE ${table} SET revoked_at = $2, revoked_for = $3
    WHERE sid = $1 AND revoked_at IS NULL`
  const listText = `SELECT ${columns} FROM ${table}
    WHERE left(subject, 256) = left($1, 256) AND subject = $1 AND ${lives('$2')}
    ORDER BY created_at DESC, sid`
  // Nobody waits for a sweep but who wants one of these very rows, and a sweep waits for nobody: no deadlock.
  const sweepText = `DELETE FROM ${table} WHERE handle = ANY (ARRAY(
    SELECT handle FROM ${table} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`

  const one = async (text: string, values: unknown[]) => {
    const [row] = (await database.query(text, values)).rows
    return row === undefined ? undefined : toSession(row)
  }

  return {
    insert: async (row) => {
      await database.query(insertText, [
        row.handle,
        row.sid,
        row.subject,
        row.client,
        row.binding,
        row.generation,
        row.rotatedAt,
        row.replays,
        row.lateGeneration,
        row.lateAt,
        row.createdAt,
        row.idleExpiresAt,
        row.expiresAt,
        row.revokedAt,
        row.revokedFor,
        row.data,
      ])
    },
    find: (handle) => one(findText, [handle]),
    findBySid: (sid) => one(findBySidText, [sid]),
    rotate: ({ handle, generation, client, binding, now, idleExpiresAt }) =>
      one(rotateText, [handle, generation, client, binding, now, idleExpiresAt]),
    replay: ({ handle, generation, now, late }) => one(replayText, [handle, generation, now, late]),
    revoke: async (sid, now, reason) =>
      (await database.query(revokeText, [sid, now, reason])).count === 1,
    list: async (subject, now) =>
      (await database.query(listText, [subject, now])).rows.map(toSession),
    sweep: (now) => sweepInBatches(database, sweepText, now),
  }
}

/** Numbers by hand: drivers return bigint as a text, and applications change their parsers. */
function toSession(row: Row): SessionRow {
  return {
    handle: row.handle as string,
    sid: row.sid as string,
    subject: row.subject as string,
    client: row.client as string,
    binding: row.binding as string,
    generation: Number(row.generation),
    rotatedAt: Number(row.rotated_at),
    replays: Number(row.replays),
    lateGeneration: numberOrNull(row.late_generation),
    lateAt: numberOrNull(row.late_at),
    createdAt: Number(row.created_at),
    idleExpiresAt: Number(row.idle_expires_at),
    expiresAt: Number(row.expires_at),
    revokedAt: numberOrNull(row.revoked_at),
    revokedFor: row.revoked_for as string | null,
    data: row.data as string,
  }
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value)
}
