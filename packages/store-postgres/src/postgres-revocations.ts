import { type RevocationLog, revocationRow } from '@gatewarden/core'
import type { Database, Row } from './database.ts'
import type { Names } from './names.ts'
import { cursorText, parseCursor } from './revocation-cursor.ts'
import { pageAfter } from './revocation-page.ts'
import { sweepInBatches } from './sweep-in-batches.ts'

/** Rows of one append: so many hold the head for a few milliseconds. */
const batch = 1000

/** Rows of one reading. */
const page = 5000

/**
 * A FROM item of one row: whoever reads it waits four seconds for a lock, to the end of the transaction, unless the database
 * has a limit of its own. A client that gives up leaves its statement behind on the server: without a limit, each attempt
 * would hold one more connection for as long as somebody has the head, which can be for ever. OFFSET keeps it a step of its
 * own, done before the row it is joined with is locked.
 */
const patience = `(SELECT CASE current_setting('lock_timeout') WHEN '0' THEN set_config('lock_timeout', '4s', true) ELSE '' END
      AS lock_timeout OFFSET 0) AS patience`

/**
 * The log as a table, and its end as one row, which whoever appends holds until it has committed: positions become visible
 * in their order.
 */
export function createPostgresRevocations(database: Database, names: Names): RevocationLog {
  const { revocationLog: log, revocationHead: head } = names
  // As `revocationRow` writes it.
  const entry = `key || lpad(until::text, 10, '0') || lpad(issued_up_to::text, 10, '0')`
  // Of the schema: NOTIFY knows databases only.
  const channel = (oid: string) => `'gatewarden_' || ${oid}`
  // One statement, and so one transaction of one round trip. Nobody who appends touches a row before the head is theirs.
  const appendText = `WITH head AS (
      UPDATE ${head} AS head SET position = position + cardinality($1::text[])
      FROM ${patience} WHERE patience.lock_timeout IS NOT NULL RETURNING position, head.tableoid
    ), given AS (
      SELECT max(place) AS place, left(entry, 24) AS key, max(substr(entry, 25, 10)::bigint) AS until,
        max(right(entry, 10)::bigint) AS issued_up_to
      FROM unnest($1::text[]) WITH ORDINALITY AS entries (entry, place) GROUP BY left(entry, 24)
    ), appended AS (
      INSERT INTO ${log} AS logged (position, until, issued_up_to, key)
      SELECT head.position - cardinality($1::text[]) + place, until, issued_up_to, key FROM head, given
      ON CONFLICT (key) DO UPDATE SET position = excluded.position,
        until = greatest(logged.until, excluded.until),
        issued_up_to = greatest(logged.issued_up_to, excluded.issued_up_to)
      WHERE logged.until < excluded.until OR logged.issued_up_to < excluded.issued_up_to
      RETURNING 1
    )
    SELECT CASE WHEN EXISTS (SELECT FROM appended) THEN pg_notify(${channel('tableoid::text')}, '') END FROM head`
  const headText = `SELECT identity, position,
      (SELECT ${entry} FROM ${log} AS logged WHERE logged.position = head.position) AS entry
    FROM ${head} AS head`
  // Not only up to the head: a row that moves on while pages are read is met further on. What is over is left out of a page,
  // and not looked for: by statistics from before a burst, the server takes what is live for next to nothing, and would find
  // and sort all of it for each page.
  const snapshotText = `SELECT count(*) AS count, max(position) AS last, string_agg(entry, '') FILTER (WHERE until > $2) AS rows
    FROM (
      SELECT position, until, ${entry} AS entry FROM ${log} WHERE position > $1 ORDER BY position LIMIT $3) AS page`
  // One statement sees one state: what the head says is true of the rows that come with it.
  const readText = `SELECT head.identity, head.position,
      (SELECT ${entry} FROM ${log} AS logged WHERE logged.position = $1) AS entry,
      page.count, page.last, page.rows
    FROM ${head} AS head, (
      SELECT count(*) AS count, max(position) AS last, string_agg(entry, '' ORDER BY position) AS rows FROM (
        SELECT position, ${entry} AS entry FROM ${log} WHERE position > $1 ORDER BY position LIMIT $2) AS following
    ) AS page`
  const findText = `SELECT string_agg(${entry}, '') AS rows FROM ${log} WHERE key = ANY ($1::text[])`
  // By place, which holds for a row that is locked: by key, the planner would read the whole table. Asked again for what
  // is over, because the row may have been written between being read and being locked.
  const sweepText = `DELETE FROM ${log} WHERE until <= $1 AND ctid = ANY (ARRAY(
    SELECT ctid FROM ${log} WHERE until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED))`
  const channelText = `SELECT ${channel(`'${head}'::regclass::oid`)} AS channel`
  // After the last number there is, whoever has emptied the table: a new identity, and no cursor of before counts.
  const healText = `INSERT INTO ${head} (position)
    SELECT coalesce((SELECT max(position) FROM ${log}), 0) FROM ${patience} WHERE patience.lock_timeout IS NOT NULL
    ON CONFLICT (id) DO NOTHING`
  // The same for a head that is behind its rows. Whoever comes second finds that done.
  const advanceText = `UPDATE ${head} AS head SET position = last.position, identity = DEFAULT
    FROM (SELECT max(position) AS position FROM ${log}) AS last, ${patience}
    WHERE head.position < last.position AND patience.lock_timeout IS NOT NULL`

  /** The rows of a statement that gives none when the head is gone, which a TRUNCATE of everything does. */
  async function withHead(statement: () => Promise<{ rows: Row[] }>): Promise<Row> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const [row] = (await statement()).rows
      if (row !== undefined) return row
      await database.query(healText)
    }
    throw new Error(`the table ${head} has no row`)
  }

  async function appendBatch(rows: string[]): Promise<void> {
    const append = () => withHead(() => database.queueingQuery(appendText, [rows]))
    try {
      await append()
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      // A place is taken, since a key is not inserted twice: only one of the two tables was put back to an earlier state.
      await database.queueingQuery(advanceText, [])
      await append()
    }
  }

  async function* pagesOf(now: number): AsyncGenerator<string> {
    for (let last = 0; ;) {
      const [row] = (await database.query(snapshotText, [last, now, page])).rows
      if (typeof row?.rows === 'string') yield row.rows
      if (Number(row?.count) < page) return
      last = Number(row?.last)
    }
  }

  return {
    append: async (entries) => {
      for (let index = 0; index < entries.length; index += batch)
        await appendBatch(entries.slice(index, index + batch).map(revocationRow))
    },
    snapshot: async (now) => {
      const { identity, position, entry } = await withHead(() => database.query(headText))
      const cursor = cursorText({
        identity: identity as string,
        position: Number(position),
        entry: (entry ?? '') as string,
      })
      return { cursor, pages: pagesOf(Math.floor(now)) }
    },
    read: async (cursor) => {
      const from = parseCursor(cursor)
      if (from === undefined) return undefined
      const { rows } = await database.query(readText, [from.position, page])
      return pageAfter(from, rows[0], page)
    },
    find: async (keys) =>
      ((await database.query(findText, [[...keys]])).rows[0]?.rows ?? '') as string,
    listen: (wake) => database.listen(channelText, wake),
    sweep: (now) => sweepInBatches(database, sweepText, Math.floor(now)),
  }
}

function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '23505'
}
