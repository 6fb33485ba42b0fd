import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { createRedisStore } from '../../../store-redis/src/index.ts'
import { freshPrefix, redisUrl } from '../../../store-redis/test/redis-server.ts'
import type { RealStore } from './opened-store.ts'

/** Two processes that share one server, each with another of the two clients. */
export async function openRedis(): Promise<RealStore> {
  const server = await redisUrl()
  const nodeRedis = createClient({ url: server.url })
  await nodeRedis.connect()
  const ioredis = new Redis(server.url)
  const options = { prefix: freshPrefix(), persistence: 'unchecked' } as const

  async function dump(): Promise<unknown[]> {
    const keys = (await ioredis.call('KEYS', `${options.prefix}*`)) as string[]
    return Promise.all(keys.map(async (key) => [key, await valueOf(key)]))
  }

  async function valueOf(key: string): Promise<unknown> {
    const type = String(await ioredis.call('TYPE', key))
    const command = READERS.get(type)
    if (command === undefined) throw new Error(`a key of type ${type}, which this cannot read`)
    const [name, ...parameters] = command
    return ioredis.call(name, key, ...parameters)
  }

  return {
    store: createRedisStore(nodeRedis, options),
    again: async () => createRedisStore(ioredis, options),
    dump,
    close: async () => {
      nodeRedis.destroy()
      ioredis.disconnect()
      await server.stop()
    },
  }
}

/** By type, how everything in a key is read. */
const READERS = new Map<string, [name: string, ...parameters: string[]]>([
  ['string', ['GET']],
  ['hash', ['HGETALL']],
  ['stream', ['XRANGE', '-', '+']],
  ['set', ['SMEMBERS']],
  ['zset', ['ZRANGE', '0', '-1', 'WITHSCORES']],
  ['list', ['LRANGE', '0', '-1']],
])
