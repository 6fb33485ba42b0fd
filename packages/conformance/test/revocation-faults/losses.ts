import { Redis } from 'ioredis'
import pg from 'pg'
import type { SharedLog } from './grounds.ts'

/** A way in which a log is lost under who follows it. */
export interface Loss {
  readonly title: string
  /** Whether what was live is still found, by who takes a snapshot. */
  readonly keepsEntries: boolean
  /** Remembers how it is now, where it is to be that again. Resolves to what does it. */
  readonly prepare: (log: SharedLog) => Promise<() => Promise<unknown>>
}

const streamOf = ({ name }: SharedLog) => `${name}:{revocations}:recent`

export const redisLosses: readonly Loss[] = [
  {
    title: 'was trimmed to nothing',
    keepsEntries: true,
    prepare: async (log) => () =>
      withRedis(log, (redis) => redis.xtrim(streamOf(log), 'MAXLEN', 0)),
  },
  {
    title: 'was deleted, but not what is live',
    keepsEntries: true,
    prepare: async (log) => () => withRedis(log, (redis) => redis.del(streamOf(log))),
  },
  {
    title: 'was emptied',
    keepsEntries: false,
    prepare: async (log) => () => withRedis(log, (redis) => drop(redis, log)),
  },
  {
    title: 'was set back to a backup',
    keepsEntries: false,
    prepare: (log) =>
      withRedis(log, async (redis) => {
        const keys = await redis.keys(`${log.name}:*`)
        const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
        return () =>
          withRedis(log, async (later) => {
            await drop(later, log)
            for (const [at, key] of keys.entries()) await later.restore(key, 0, dumps[at]!)
          })
      }),
  },
]

async function drop(redis: Redis, { name }: SharedLog): Promise<void> {
  const keys = await redis.keys(`${name}:*`)
  if (keys.length > 0) await redis.del(...keys)
}

async function withRedis<T>(
  { place, serverPort }: SharedLog,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  if (place.kind !== 'redis') throw new Error('this is no Redis')
  const redis = new Redis(serverPort, '127.0.0.1')
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

const tablesOf = ({ name }: SharedLog) =>
  ['log', 'head'].map((part) => `${name}.gatewarden_revocation_${part}`)

export const postgresLosses: readonly Loss[] = [
  {
    title: 'had its head made anew',
    keepsEntries: true,
    prepare: async (log) => () => query(log, `DELETE FROM ${tablesOf(log)[1]}`),
  },
  {
    title: 'was emptied',
    keepsEntries: false,
    prepare: async (log) => () => query(log, `TRUNCATE ${tablesOf(log).join(', ')}`),
  },
  {
    title: 'was set back to a backup',
    keepsEntries: false,
    async prepare(log) {
      const statements: string[] = []
      for (const table of tablesOf(log)) {
        const rows = JSON.stringify(await query(log, `SELECT * FROM ${table}`))
        statements.push(
          `DELETE FROM ${table}`,
          `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, '${rows}')`,
        )
      }
      return () => query(log, statements.join('; '))
    },
  },
]

async function query({ place }: SharedLog, text: string): Promise<unknown[]> {
  if (place.kind !== 'postgres') throw new Error('this is no PostgreSQL')
  const client = new pg.Client(place.config)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
