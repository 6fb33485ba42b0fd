import type { IssuerStore } from '@gatewarden/core'
import { ConfigError, describeGiven, isRecord } from '@gatewarden/core/kit'
import { describeLoss, refuseEviction } from './check-server.ts'
import { fromIoredis, isIoredis } from './ioredis.ts'
import { keyNames } from './key-names.ts'
import { fromNodeRedis, isNodeRedis } from './node-redis.ts'
import type { RedisClient } from './redis-client.ts'
import type { Redis } from './redis.ts'
import { textOf } from './replies.ts'
import { createRevocationLog } from './revocation-log.ts'
import { defineScript } from './script.ts'
import { createSessions } from './sessions.ts'
import { createSigningKeys } from './signing-keys.ts'

export interface RedisStoreOptions {
  /**
   * What the names of its keys start with. Default `gatewarden:`. Two issuers on one server need two. Without braces:
   * they decide what a Redis Cluster keeps where.
   */
  readonly prefix?: string
  /**
   * `'unchecked'` lets `ready()` pass whatever `maxmemory-policy` the server has. One that evicts deletes sessions and
   * revocations when memory is short.
   */
  readonly evictionPolicy?: 'unchecked'
  /** `'unchecked'` leaves out the warning of a server without an append-only file, which forgets logouts in a restart. */
  readonly persistence?: 'unchecked'
}

const GREET = defineScript(`return 'ready'`)

/**
 * Keeps everything an issuer keeps in Redis 6.2 or later, or Valkey: a single server or a Cluster.
 *
 * @param client a connected client of `redis` (node-redis) or `ioredis`, which stays the application's: to be watched for
 * errors and closed by it
 * @throws ConfigError
 */
export function createRedisStore(
  client: RedisClient,
  options: RedisStoreOptions = {},
): IssuerStore {
  const { prefix, checksEviction, checksPersistence } = resolveOptions(options)
  const redis = toRedis(client)
  const names = keyNames(prefix)
  const sessions = createSessions(redis, names)
  const revocations = createRevocationLog(redis, names)
  let hasWarned = !checksPersistence

  return {
    name: 'redis',
    isDurable: true,
    sessions,
    keys: createSigningKeys(redis, names),
    revocations,

    async ready() {
      const masters = await redis.masters()
      if (masters.length === 0) throw new ConfigError('client', 'it knows no master of the Cluster')
      // Found out now and not at the first login: a user who must not run scripts, a client that answers in its own way.
      textOf(await redis.run(GREET, [names.keys], []))
      if (checksEviction) await Promise.all(masters.map(refuseEviction))
      if (hasWarned) return
      const losses = await Promise.all(masters.map(describeLoss))
      const loss = losses.find((each) => each !== undefined)
      if (loss === undefined || hasWarned) return
      hasWarned = true
      warnOfLoss(loss)
    },

    async sweep(now) {
      const dropped = await Promise.all([sessions.sweep(now), revocations.sweep(now)])
      return dropped[0] + dropped[1]
    },

    close: () => Promise.resolve(),
  }
}

function warnOfLoss(loss: string): void {
  process.emitWarning(
    `Redis keeps no append-only file: a restart forgets ${loss}. Set appendonly to yes; or write ` +
      "persistence: 'unchecked' where that is taken care of otherwise",
    { type: 'GatewardenWarning', code: 'GATEWARDEN_REDIS_NOT_PERSISTENT' },
  )
}

function toRedis(client: unknown): Redis {
  if (isNodeRedis(client)) return fromNodeRedis(client)
  if (isIoredis(client)) return fromIoredis(client)
  throw new ConfigError(
    'client',
    `expected a client of redis (createClient, createCluster) or ioredis, ${describeGiven(client)}`,
  )
}

function resolveOptions(options: unknown) {
  if (!isRecord(options))
    throw new ConfigError('options', `expected an object, ${describeGiven(options)}`)
  const { prefix = 'gatewarden:', evictionPolicy, persistence, ...unknown } = options
  for (const name of Object.keys(unknown)) throw new ConfigError(name, 'there is no such option')
  if (typeof prefix !== 'string' || /[{}]/.test(prefix) || prefix === '')
    throw new ConfigError('prefix', `expected a text without braces, ${describeGiven(prefix)}`)
  return {
    prefix,
    checksEviction: !isUnchecked('evictionPolicy', evictionPolicy),
    checksPersistence: !isUnchecked('persistence', persistence),
  }
}

function isUnchecked(option: string, value: unknown): boolean {
  if (value === undefined || value === 'unchecked') return value === 'unchecked'
  throw new ConfigError(option, `expected 'unchecked' or nothing, ${describeGiven(value)}`)
}
