import { ConfigError, isRecord } from '@gatewarden/core/kit'
import { listenIoredis } from './listen-ioredis.ts'
import type { IoredisClient } from './redis-client.ts'
import { isUnknownScript, type Redis, type RedisNode } from './redis.ts'

/** What more the clients of ioredis can do, each of them some of it. */
interface Able extends IoredisClient {
  readonly status?: string
  ping(): Promise<unknown>
  info(): Promise<unknown>
  config(command: 'GET', parameter: string): Promise<unknown>
  nodes?(role: 'master'): Able[]
}

export function isIoredis(client: unknown): client is IoredisClient {
  return isRecord(client) && typeof client.evalsha === 'function'
}

export function fromIoredis(client: IoredisClient): Redis {
  const redis = client as Able
  return {
    async run(script, keys, args) {
      try {
        return await redis.evalsha(script.sha, keys.length, ...keys, ...args)
      } catch (error) {
        if (isUnknownScript(error)) return redis.eval(script.source, keys.length, ...keys, ...args)
        throw error
      }
    },

    subscribe: (channel, wake) => listenIoredis(client, channel, wake),

    async masters() {
      if (redis.status === 'end') throw new ConfigError('client', 'its connection was closed')
      if (typeof redis.nodes !== 'function') return [toNode(redis)]
      // It connects with the first command, and knows the nodes then.
      await redis.ping()
      return redis.nodes('master').map(toNode)
    },
  }
}

function toNode(node: Able): RedisNode {
  return {
    info: () => node.info(),
    configGet: (parameter) => node.config('GET', parameter),
  }
}
