import type { PGliteClient, PgPool } from './client.ts'
import { retrySerialization } from './retry-serialization.ts'

export type Row = Record<string, unknown>

/** The one thing that a pool and a PGlite do alike: run statements. What the driver rejects with is passed on as it is. */
export interface Database {
  /** One statement, one round trip, a transaction of its own. */
  query(text: string, values?: unknown[]): Promise<{ rows: Row[]; count: number }>
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
}

export interface Transaction {
  query(text: string): Promise<Row[]>
  /** Several statements, without values. */
  script(text: string): Promise<void>
}

// No name: a named statement lives in one connection, and PgBouncer hands out another for each transaction.
export function poolDatabase(pool: PgPool): Database {
  return {
    query: (text, values = []) =>
      retrySerialization(async () => {
        const { rows, rowCount } = await pool.query({ text, values: expectStorable(values) })
        return { rows, count: rowCount ?? 0 }
      }),
    transaction: async (work) => {
      const connection = await pool.connect()
      // A connection that breaks says so twice: to the query, and as an event that ends the process if nobody listens.
      const ignore = () => undefined
      connection.on('error', ignore)
      let failed = true
      try {
        // Said, because the server's default may be one in which a lock waited for shows what was there before.
        await connection.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED' })
        const result = await work({
          query: async (text) => (await connection.query({ text })).rows,
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
    },
  }
}

export function pgliteDatabase(client: PGliteClient): Database {
  return {
    query: (text, values = []) =>
      retrySerialization(async () => {
        const { rows, affectedRows } = await client.query(text, expectStorable(values))
        return { rows: rows as Row[], count: affectedRows ?? 0 }
      }),
    transaction: (work) =>
      client.transaction((transaction) =>
        work({
          query: async (text) => (await transaction.query(text)).rows as Row[],
          script: async (text) => void (await transaction.exec(text)),
        }),
      ),
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
