import type {
  Clock,
  LoggedRevocation,
  RevocationIds,
  RevocationLog,
  RevocationView,
} from '@gatewarden/core'
import { abandon } from '@gatewarden/core/kit'
import { IssuerError } from './errors.ts'
import { fromStore } from './store-calls.ts'

/** Seconds after which what other processes revoked is read again, when a token comes. */
const READ_EVERY = 5

/** Seconds after which that reading is waited for: where tokens come seldom, the last one may be long ago. */
const WAIT_AFTER = 10

/** Seconds without a successful reading after which nobody can know any more whether a token was revoked. */
const MAX_STALENESS = 30

const NONE: ReadonlySet<string> = new Set()

/**
 * The revoked sessions and tokens of one issuer, in memory: what was revoked here counts at once, what was revoked by
 * another process within seconds. Without having read the log it knows nothing, and says so: never "not revoked".
 */
export class IssuerRevocations implements RevocationView {
  /**
   * The same without what is not durable yet, because the log failed. For the issuer's own routes: whoever was answered 503
   * must be able to try again, with the very access token that counts no more in this process.
   */
  readonly durable: RevocationView = { isRevoked: (ids) => this.#answer(ids, this.#pending) }

  readonly #issuer: string
  readonly #log: RevocationLog
  readonly #clock: Clock
  /** The `until` of each, by kind and id. A Map: an id named `__proto__` is an id like any other. */
  readonly #entries = new Map<string, number>()
  /** The keys of those that were revoked here, and that the log may not have. */
  readonly #pending = new Set<string>()
  #readAt: number | undefined
  #reading: Promise<void> | undefined

  constructor(issuer: string, log: RevocationLog, clock: Clock) {
    this.#issuer = issuer
    this.#log = log
    this.#clock = clock
  }

  isRevoked(ids: RevocationIds): boolean | Promise<boolean> {
    return this.#answer(ids, NONE)
  }

  /** Resolves when what was revoked before is known here. */
  ready(): Promise<void> {
    return this.#readAt === undefined ? this.#read() : Promise.resolve()
  }

  /**
   * Revokes here at once, and resolves when it is durable.
   *
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`; here, it is revoked all the same
   */
  async revoke(entries: readonly LoggedRevocation[]): Promise<void> {
    for (const entry of entries) {
      this.#keep(entry)
      this.#pending.add(keyOf(entry))
    }
    await fromStore(() => this.#log.append(entries))
    for (const entry of entries) this.#pending.delete(keyOf(entry))
  }

  /** Whether the end of a session was begun, here or anywhere, as far as is known here. Asks nobody. */
  isEnding(sid: string, now: number): boolean {
    return (this.#entries.get(keyOf({ kind: 'sid', id: sid })) ?? 0) > now
  }

  get size(): number {
    return this.#entries.size
  }

  #answer(ids: RevocationIds, except: ReadonlySet<string>): boolean | Promise<boolean> {
    const age = this.#age()
    if (age > WAIT_AFTER) return this.#hasAfterReading(ids, except)
    if (age >= READ_EVERY) abandon(this.#read())
    return this.#has(ids, except)
  }

  /** @throws IssuerError `ERR_STORE_UNAVAILABLE` when what is here is too old, and nothing newer is to be had */
  async #hasAfterReading(ids: RevocationIds, except: ReadonlySet<string>): Promise<boolean> {
    try {
      await this.#read()
    } catch (error) {
      if (this.#age() > MAX_STALENESS) throw error
    }
    // A reading that others began long ago, and that took its time, tells nothing about now.
    if (this.#age() <= MAX_STALENESS) return this.#has(ids, except)
    throw new IssuerError('ERR_STORE_UNAVAILABLE', 'the revocations took too long to read')
  }

  #has({ issuer, sessionId, tokenId }: RevocationIds, except: ReadonlySet<string>): boolean {
    if (issuer !== this.#issuer) return false
    const has = (kind: LoggedRevocation['kind'], id: string | undefined) => {
      if (id === undefined) return false
      const key = keyOf({ kind, id })
      return this.#entries.has(key) && !except.has(key)
    }
    return has('sid', sessionId) || has('jti', tokenId)
  }

  #age(): number {
    if (this.#readAt === undefined) return Infinity
    // A clock that was set back must not make what was read look fresh for hours.
    return Math.abs(this.#clock() - this.#readAt)
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readLog().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readLog(): Promise<void> {
    const now = this.#clock()
    const live = await fromStore(() => this.#log.live(now))
    for (const entry of live) {
      this.#keep(entry)
      this.#pending.delete(keyOf(entry))
    }
    for (const [key, until] of this.#entries) {
      if (until > now) continue
      this.#entries.delete(key)
      this.#pending.delete(key)
    }
    this.#readAt = now
  }

  #keep(entry: LoggedRevocation): void {
    const key = keyOf(entry)
    this.#entries.set(key, Math.max(entry.until, this.#entries.get(key) ?? 0))
  }
}

function keyOf({ kind, id }: Pick<LoggedRevocation, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}
