import { ConfigError, isRecord } from '@gatewarden/core/kit'
import { listenNodeRedis } from './listen-node-redis.ts'
import type { NodeRedisClient } from './redis-client.ts'
import { isUnknownScript, type Redis, type RedisNode } from './redis.ts'

/** What more the clients of node-redis can do, each of them some of it. */
interface Able extends NodeRedisClient, RedisNode {
  readonly isOpen?: boolean
  readonly masters?: readonly unknown[]
  nodeClient?(master: unknown): Able | Promise<Able>
  withTypeMapping?: unknown
  /** Of a Cluster. */
  sendCommand?(firstKey: string, isReadonly: boolean, command: string[]): Promise<unknown>
}

export function isNodeRedis(client: unknown): client is NodeRedisClient {
  return isRecord(client) && typeof client.evalSha === 'function'
}

export function fromNodeRedis(client: NodeRedisClient): Redis {
  const redis = client as Able
  const { evalSha, evalText } = isOldCluster(redis) ? routedByHand(redis) : routedByClient(redis)
  return {
    async run(script, keys, args) {
      try {
        return await evalSha(script.sha, keys, args)
      } catch (error) {
        if (isUnknownScript(error)) return evalText(script.source, keys, args)
        throw error
      }
    },

    subscribe: (channel, wake) => listenNodeRedis(client, channel, wake),

    async masters() {
      // Commands would wait in a queue for a connection that nobody opens.
      if (redis.isOpen === false)
        throw new ConfigError('client', 'it is not connected: call await client.connect() first')
      const { masters } = redis
      if (!Array.isArray(masters)) return [redis]
      return Promise.all(masters.map(async (master) => (await redis.nodeClient?.(master)) ?? redis))
    },
  }
}

/** How a script is called, by its hash and by its text. */
type Call = (script: string, keys: readonly string[], args: readonly string[]) => Promise<unknown>

function routedByClient(redis: NodeRedisClient): { evalSha: Call; evalText: Call } {
  const given = (keys: readonly string[], args: readonly string[]) => ({
    keys: keys as string[],
    arguments: args as string[],
  })
  return {
    evalSha: (sha, keys, args) => redis.evalSha(sha, given(keys, args)),
    evalText: (source, keys, args) => redis.eval(source, given(keys, args)),
  }
}

/**
 * The Cluster of redis 4 takes the script for its first key, so it asks any node, is told to ask another one, asks any node
 * again, and at last gives up. Only a raw command can be told its key.
 */
function routedByHand(cluster: Able): { evalSha: Call; evalText: Call } {
  const call = (name: string): Call => {
    return async (script, keys, args) =>
      cluster.sendCommand?.(keys[0] ?? '', false, [
        ...[name, script, String(keys.length)],
        ...keys,
        ...args,
      ])
  }
  return { evalSha: call('EVALSHA'), evalText: call('EVAL') }
}

function isOldCluster(redis: Able): boolean {
  return typeof redis.nodeClient === 'function' && redis.withTypeMapping === undefined
}
