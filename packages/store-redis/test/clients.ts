import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import type { RedisClient } from '../src/index.ts'

/** A connection of a test's own. */
export interface Connection {
  readonly client: RedisClient
  close(): void
}

/** Each way to reach one server. */
export const singleClients: Readonly<Record<string, (url: string) => Promise<Connection>>> = {
  'node-redis over RESP3': (url) => connectNodeRedis(url, 3),
  'node-redis over RESP2': (url) => connectNodeRedis(url, 2),
  ioredis: (url) => Promise.resolve(connectIoredis(url)),
}

/** Each way to reach a Cluster. */
export const clusterClients: Readonly<
  Record<string, (ports: readonly number[]) => Promise<Connection>>
> = {
  'node-redis': connectNodeRedisCluster,
  ioredis: (ports) => Promise.resolve(connectIoredisCluster(ports)),
}

/** Closed at the end at the latest: a client left open would keep a failed test from ending. */
const opened = new Set<Connection>()
afterAll(() => {
  for (const connection of opened) connection.close()
})

export async function connectNodeRedis(url: string, RESP: 2 | 3 = 3) {
  const client = createClient({ url, RESP })
  client.on('error', ignore)
  await client.connect()
  return opening(client, () => {
    client.destroy()
  })
}

export function connectIoredis(
  url: string,
  options: { keyPrefix?: string; enableReadyCheck?: boolean } = {},
) {
  const client = new Redis(url, options)
  client.on('error', ignore)
  return opening(client, () => {
    client.disconnect()
  })
}

export async function connectNodeRedisCluster(ports: readonly number[]) {
  const client = createCluster({
    rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
  })
  client.on('error', ignore)
  await client.connect()
  return opening(client, () => {
    client.destroy()
  })
}

export function connectIoredisCluster(ports: readonly number[]) {
  const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))
  client.on('error', ignore)
  return opening(client, () => {
    client.disconnect()
  })
}

function opening<C extends RedisClient>(client: C, close: () => void) {
  const connection = {
    client,
    close: () => {
      if (opened.delete(connection)) close()
    },
  }
  opened.add(connection)
  return connection
}

/** A client without a listener ends the process when its server is killed, which is what some tests do. */
function ignore(): void {
  // The commands reject.
}
