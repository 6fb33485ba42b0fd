import { randomBytes } from 'node:crypto'
import type { IssuerStore } from '@gatewarden/core'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { createPostgresStore } from '../../../store-postgres/src/index.ts'
import { openPool, startPostgres } from '../../../store-postgres/test/postgres-server.ts'
import { createRedisStore, type RedisClient } from '../../../store-redis/src/index.ts'
import { startRedis } from '../../../store-redis/test/redis-server.ts'
import type { Place } from '../crashes/connect.ts'

/** A server of the tests' own, which is killed, and whose logs are lost. */
export interface FaultGround {
  readonly place: Place
  /** A log that nobody else uses, with nothing in it. */
  createLog(): Promise<SharedLog>
  /** Kills it, and starts it again on what is on its disk. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** One log, as each process connects to it: through a port of its own. */
export interface SharedLog {
  readonly name: string
  readonly place: Place
  readonly serverPort: number
  connect(port: number): Promise<ConnectedLog>
}

export interface ConnectedLog {
  readonly store: IssuerStore
  close(): Promise<void>
}

type ConnectRedis = (port: number) => Promise<{ client: RedisClient; close(): void }>

/**
 * As the README of the store has them, and so that a connection is given up on which nothing comes any more: on its own, a
 * client waits until the operating system does, which takes a quarter of an hour.
 */
export const redisClients = {
  async 'node-redis'(port) {
    const client = createClient({
      url: `redis://127.0.0.1:${port}`,
      disableOfflineQueue: true,
      socket: {
        socketTimeout: 4_000,
        // Its own strategy is not to connect again after a timeout.
        reconnectStrategy: (retries) => Math.min(2 ** retries * 50, 1_000),
      },
    })
    client.on('error', ignore)
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async ioredis(port) {
    const client = new Redis(port, '127.0.0.1', { commandTimeout: 2_000, socketTimeout: 3_000 })
    client.on('error', ignore)
    return { client, close: () => client.disconnect() }
  },
} satisfies Record<string, ConnectRedis>

export async function startRedisGround(connect: ConnectRedis): Promise<FaultGround> {
  const server = await startRedis()
  const place = { kind: 'redis', url: server.url } as const
  return {
    place,
    async createLog() {
      const name = freshName()
      return {
        ...{ name, place, serverPort: server.port },
        async connect(port) {
          const { client, close } = await connect(port)
          const store = createRedisStore(client, { prefix: `${name}:` })
          return { store, close: async () => close() }
        },
      }
    },
    crash: () => server.killAndRestart(),
    stop: () => server.stop(),
  }
}

export async function startPostgresGround(): Promise<FaultGround> {
  // Many rows of the table run at once, and each process has a few connections.
  const server = await startPostgres(['fsync=on', 'max_connections=400'])
  const { crash } = server
  if (crash === undefined) throw new Error('these tests need a PostgreSQL of their own')
  const config = await server.createDatabase()
  const place = { kind: 'postgres', config } as const
  return {
    place,
    async createLog() {
      const name = freshName()
      const pool = openPool({ ...config, max: 1 })
      await createPostgresStore(pool, { schema: name }).migrate()
      await pool.end()
      return {
        ...{ name, place, serverPort: config.port! },
        async connect(port) {
          const timeouts = { connectionTimeoutMillis: 2_000, query_timeout: 2_000 }
          const own = openPool({ ...config, port, ...timeouts })
          const store = createPostgresStore(own, { schema: name })
          const close = async () => {
            await store.close()
            await own.end()
          }
          return { store, close }
        },
      }
    },
    crash,
    stop: () => server.stop(),
  }
}

/** A prefix and a schema. */
function freshName(): string {
  return `s${randomBytes(8).toString('hex')}`
}

/** The calls reject, which is what counts. */
function ignore(): void {
  // Nothing to do.
}
