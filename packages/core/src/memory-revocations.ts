import { type Clock, systemClock } from './clock.ts'
import { ConfigError, describeGiven } from './options/config-error.ts'
import { expectClock } from './options/expect-option.ts'
import type { RevocationView } from './revocation.ts'

/** What to revoke: exactly one identifier, of one issuer. */
export type Revocation = RevocationTarget & {
  /** `iss` of the tokens; undefined, in writing, for tokens without one. */
  readonly issuer: string | undefined
  /**
   * When the last token concerned has expired, in seconds since the epoch, clock tolerance included: a token's own
   * `exp` + 30, or now + the longest token lifetime + 30 for the others. Until then the entry is kept.
   */
  readonly until: number
  /**
   * Revoke only tokens issued up to this second (`iat` equal to it or earlier), so that a login afterwards works.
   * A token without `iat` counts as earlier.
   */
  readonly issuedUpTo?: number
}

type RevocationTarget =
  | { readonly tokenId: string }
  | { readonly sessionId: string }
  | { readonly subject: string }
  | { readonly clientId: string }
  | { readonly tenant: string }
  | { readonly keyId: string }

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

const KINDS = ['tokenId', 'sessionId', 'subject', 'clientId', 'tenant', 'keyId'] as const
type Kind = (typeof KINDS)[number]

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
      const { kind, id } = targetOf(revocation)
      const { issuer = '', until, issuedUpTo = Infinity } = revocation
      expectTime('until', until)
      if (issuedUpTo !== Infinity) expectTime('issuedUpTo', issuedUpTo)
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
        const id = ids[kind]
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

/** A duration or milliseconds in the place of seconds would revoke nothing, or for ever. */
function expectTime(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 1e9 && value < 1e11) return
  const hint =
    typeof value !== 'number'
      ? ''
      : value < 1e9
        ? ': this is a duration'
        : ': these are milliseconds'
  throw new TypeError(`revoke: expected ${name} in seconds since the epoch${hint}`)
}

function targetOf(revocation: Revocation): { kind: Kind; id: string } {
  for (const name of Object.keys(revocation)) {
    if ([...KINDS, 'issuer', 'until', 'issuedUpTo'].includes(name)) continue
    throw new TypeError(`revoke: there is no ${name}; nothing was revoked`)
  }
  const { issuer } = revocation
  if (
    !('issuer' in revocation) ||
    !(issuer === undefined || (typeof issuer === 'string' && issuer !== ''))
  ) {
    // Identifiers are unique within an issuer only: without it, the entry would match tokens that have none.
    throw new TypeError(
      'revoke: expected issuer, the iss of the tokens; undefined for tokens without one',
    )
  }
  const given = KINDS.filter((kind) => kind in revocation)
  const [kind] = given
  const id: unknown =
    kind === undefined ? undefined : (revocation as Partial<Record<Kind, unknown>>)[kind]
  if (given.length !== 1 || kind === undefined || typeof id !== 'string' || id === '') {
    throw new TypeError(`revoke: expected exactly one of ${KINDS.join(', ')}, as a non-empty text`)
  }
  return { kind, id }
}

/** Lengths first, so that no two pairs of issuer and identifier run together into one key. */
function keyOf(kind: Kind, issuer: string, id: string): string {
  return `${kind}:${issuer.length}:${issuer}${id}`
}

function dropExpired(entries: Map<string, Entry>, now: number): void {
  for (const [key, { until }] of entries) if (until <= now) entries.delete(key)
}
