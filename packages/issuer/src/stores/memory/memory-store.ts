import type { IssuerStore } from '@gatewarden/core'
import { ConfigError, describeGiven, expectBoolean } from '@gatewarden/core/kit'
import { createMemoryKeys } from './memory-keys.ts'
import { createMemoryRevocationLog } from './memory-revocation-log.ts'
import { createMemorySessions } from './memory-sessions.ts'

export interface MemoryStoreOptions {
  /**
   * The most sessions held at once, a few hundred bytes each. Default 100,000. When it is full, sessions that have
   * ended make room; with live ones alone, logins fail: dropping one would let who logs in often log others out.
   */
  maxSessions?: number
  /**
   * The most revocations held at once. Default 100,000. When it is full, those whose tokens have expired make room;
   * with live ones alone, revoking fails: dropping one would let a revoked token in.
   */
  maxRevocations?: number
  /** True says that losing every session at a restart is meant, and ends the warning about it. Default false. */
  inProduction?: boolean
}

/**
 * Creates a store that lives in this process and ends with it: for development and tests, and for what runs as one
 * process and may log everybody out when it restarts. Under `NODE_ENV=production` the first `ready()` warns of that.
 *
 * @throws ConfigError (`ERR_CONFIG`) for a bound that is no whole number of at least 1
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): IssuerStore {
  const { maxSessions = 100_000, maxRevocations = 100_000, inProduction = false } = options
  const sessions = createMemorySessions(expectCount('maxSessions', maxSessions))
  const revocations = createMemoryRevocationLog({
    maxRevocations: expectCount('maxRevocations', maxRevocations),
  })
  let isSilent = expectBoolean('inProduction', inProduction)

  return {
    name: 'memory',
    isDurable: false,
    sessions,
    keys: createMemoryKeys(),
    revocations,

    ready() {
      if (!isSilent && process.env.NODE_ENV === 'production') warnOfProduction()
      isSilent = true
      return Promise.resolve()
    },

    async sweep(now) {
      return (await sessions.sweep(now)) + (await revocations.sweep(now))
    },

    close: () => Promise.resolve(),
  }
}

function warnOfProduction(): void {
  process.emitWarning(
    'createMemoryStore in production: sessions and signing keys end with this process and are not shared with others, ' +
      'so a restart logs everybody out, and a second process knows none of them. Use createPostgresStore of ' +
      '@gatewarden/store-postgres or createRedisStore of @gatewarden/store-redis. If this is what you want, say so with ' +
      'inProduction: true.',
    { type: 'GatewardenWarning', code: 'GATEWARDEN_MEMORY_STORE' },
  )
}

function expectCount(option: string, value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return Number(value)
  throw new ConfigError(option, `expected a whole number of at least 1, ${describeGiven(value)}`)
}
