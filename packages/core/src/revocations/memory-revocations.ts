import { type Clock, systemClock } from '../clock.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { expectClock } from '../options/expect-option.ts'
import type { RevocationIds, RevocationView } from '../revocation.ts'
import { expectRevocation, type Revocation } from './expect-revocation.ts'
import { type Kind, KINDS } from './fingerprint.ts'

export interface MemoryRevocations extends RevocationView {
  /**
   * Revokes from now on, in this process.
   *
   * @throws TypeError when it would revoke nothing, or for ever: no identifier or issuer, a duration, milliseconds
   * @throws RangeError when the view is full of entries that still matter: dropping one would let a revoked token in
   */
  revoke(revocation: Revocation): void
  /** How many entries are held. */
  readonly size: number
}

export interface MemoryRevocationsOptions {
  /** The most entries held at once. Default 100,000. */
  maxEntries?: number
  /** Default: the system's. */
  clock?: Clock
}

interface Entry {
  readonly until: number
  readonly issuedUpTo: number
}

/** A revocation view for one process. It forgets with the process and knows nothing of other ones. */
export function createMemoryRevocations(options: MemoryRevocationsOptions = {}): MemoryRevocations {
  const { maxEntries = 100_000, clock = systemClock } = options
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new ConfigError(
      'maxEntries',
      `expected a whole number of at least 1, ${describeGiven(maxEntries)}`,
    )
  }
  expectClock('clock', clock)
  // Maps: a jti named `__proto__` or `constructor` is a jti like any other.
  const entries = new Map<string, Entry>()

  return {
    revoke(revocation) {
      const { kind, issuer, id, until, issuedUpTo } = expectRevocation(revocation)
      const key = keyOf(kind, issuer, id)
      if (entries.size >= maxEntries && !entries.has(key)) dropExpired(entries, clock())
      if (entries.size >= maxEntries && !entries.has(key)) {
        throw new RangeError(`all ${maxEntries} entries are in use: raise maxEntries`)
      }
      // Revoking again never takes anything back; what is over does not come back either.
      const held = entries.get(key)
      const isLive = held !== undefined && clock() < held.until
      entries.set(key, {
        until: isLive ? Math.max(until, held.until) : until,
        issuedUpTo: isLive ? Math.max(issuedUpTo, held.issuedUpTo) : issuedUpTo,
      })
    },

    isRevoked(ids) {
      if (entries.size === 0) return false
      const now = clock()
      return KINDS.some((kind) => {
        const id = idOf(ids, kind)
        if (id === undefined) return false
        const entry = entries.get(keyOf(kind, ids.issuer, id))
        return (
          entry !== undefined &&
          !(now >= entry.until) &&
          (ids.issuedAt ?? -Infinity) <= entry.issuedUpTo
        )
      })
    },

    get size() {
      return entries.size
    },
  }
}

function idOf(ids: RevocationIds, kind: Kind): string | undefined {
  return kind === 'everything' ? '' : ids[kind]
}

/** Lengths first, so that no two pairs of issuer and identifier run together into one key. */
function keyOf(kind: Kind, issuer: string, id: string): string {
  return `${kind}:${issuer.length}:${issuer}${id}`
}

function dropExpired(entries: Map<string, Entry>, now: number): void {
  for (const [key, { until }] of entries) if (until <= now) entries.delete(key)
}
