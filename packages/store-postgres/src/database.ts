import type { PGliteClient, PgPool } from './client.ts'
import { listenOnPGlite } from './listen-on-pglite.ts'
import { listenOnPool } from './listen-on-pool.ts'
import { isSerializationFailure, retrySerialization } from './retry-serialization.ts'

export type Row = Record<string, unknown>

/** What a pool and a PGlite do alike. What the driver rejects with is passed on as it is. */
export interface Database {
  /** One statement, one round trip, a transaction of its own. */
  query(text: string, values?: unknown[]): Promise<{ rows: Row[]; count: number }>
  /**
   * The same for a statement that many run at once on one and the same row: at READ COMMITTED whatever the default is,
   * so that they wait for one another, and none is given up.
   */
  queueingQuery(text: string, values: unknown[]): Promise<{ rows: Row[]; count: number }>
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
  /**
   * Listens to the channel that a statement names, as `channel`. Resolves when it has begun, to what ends it; after that a
   * connection that breaks is replaced, until it is ended.
   *
   * @param wake called for each notification, and when some may have been lost
   */
  listen(channelText: string, wake: () => void): Promise<() => Promise<void>>
}

export interface Transaction {
  query(text: string, values?: unknown[]): Promise<Row[]>
  /** Several statements, without values. */
  script(text: string): Promise<void>
}

// No name: a named statement lives in one connection, and PgBouncer hands out another for each transaction.
export function poolDatabase(pool: PgPool): Database {
  const query = async (text: string, values: unknown[]) => {
    const { rows, rowCount } = await pool.query({ text, values: expectStorable(values) })
    return { rows, count: rowCount ?? 0 }
  }
  const transaction: Database['transaction'] = async (work) => {
    const connection = await pool.connect()
    // A connection that breaks says so twice: to the query, and as an event that ends the process if nobody listens.
    const ignore = () => undefined
    connection.on('error', ignore)
    let failed = true
    try {
      // Said, because the server's default may be one in which a lock waited for shows what was there before.
      await connection.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED' })
      const result = await work({
        query: async (text, values = []) =>
          (await connection.query({ text, values: expectStorable(values) })).rows,
        script: async (text) => void (await connection.query({ text })),
      })
      await connection.query({ text: 'COMMIT' })
      failed = false
      return result
    } finally {
      connection.removeListener('error', ignore)
      // Ends the connection, and the transaction with it, whatever state they are in.
      connection.release(failed)
    }
  }
  return {
    query: (text, values = []) => retrySerialization(() => query(text, values)),
    queueingQuery: async (text, values) => {
      try {
        return await query(text, values)
      } catch (error) {
        // The default is stricter. Tried again like this, one of many would lose to another each time.
        if (!isSerializationFailure(error)) throw error
        const rows = await transaction((each) => each.query(text, values))
        return { rows, count: rows.length }
      }
    },
    transaction,
    listen: (channelText, wake) => listenOnPool(pool, channelText, wake),
  }
}

export function pgliteDatabase(client: PGliteClient): Database {
  const query = (text: string, values: unknown[] = []) =>
    retrySerialization(async () => {
      const { rows, affectedRows } = await client.query(text, expectStorable(values))
      return { rows: rows as Row[], count: affectedRows ?? 0 }
    })
  return {
    query,
    // There is one connection: none meets another.
    queueingQuery: query,
    transaction: (work) =>
      client.transaction((transaction) =>
        work({
          query: async (text, values = []) =>
            (await transaction.query(text, expectStorable(values))).rows as Row[],
          script: async (text) => void (await transaction.exec(text)),
        }),
      ),
    listen: (channelText, wake) => listenOnPGlite(client, channelText, wake),
  }
}

/**
 * PostgreSQL's text holds no U+0000, and a lone surrogate would be replaced on its way there: two subjects could become
 * one.
 */
function expectStorable(values: unknown[]): unknown[] {
  for (const text of values.flat())
    if (typeof text === 'string' && /\0|\p{Surrogate}/u.test(text))
      throw new TypeError(
        'PostgreSQL cannot keep a text that has U+0000 or half of a surrogate pair in it',
      )
  return values
}
