import { GuardError } from '../errors.ts'
import { ConcurrencyLimit } from '../keys/concurrency-limit.ts'
import type { Clock } from '../clock.ts'
import { abandon, callOut, type MaybePromise } from '../maybe-promise.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'

/** Seconds for which nobody is asked again about an issuer that is not known, and about one that could not be looked up. */
const UNKNOWN_FOR = 30
const FAILED_FOR = 1
/** So many of those are remembered; when there are more, the oldest is forgotten. */
const MOST_UNKNOWN = 1_000
/** So many are looked up at a time. */
const MOST_LOOKUPS = 16
/** So many names are looked up or wait for it; of more, nobody is asked. */
const MOST_PENDING = 1_000
/** So many wait for a first token that is good. */
const MOST_UNPROVEN = 100
/** A lookup that never ends must not keep its place from the others for ever. */
const LONGEST_LOOKUP_MS = 5_000
/** Names of issuers are URLs. A longer one is somebody probing. */
const LONGEST_NAME = 512

interface Unknown {
  readonly at: number
  /** Seconds from then on. */
  readonly remembered: number
  /** Why nobody knows. */
  readonly error: GuardError | undefined
}

export interface ResolvedIssuersSettings {
  /** Asked with every name that is not in memory, before anybody else is. */
  readonly allows: (name: string) => unknown
  /** Looks an issuer up and makes it ready; undefined for one that is not trusted. */
  readonly resolve: (name: string) => Promise<TrustedIssuer | undefined>
  /** Tells an issuer which of its keys were revoked, the moment it is held: earlier, and what comes in between is lost. */
  readonly revoke: (issuer: TrustedIssuer) => void
  readonly maxIssuers: number
  readonly clock: Clock
}

/**
 * Issuers that are looked up when the first token of theirs comes: a tenant in a table, say. The token is not verified
 * yet, so whoever sends it chooses the name: the allow-list is asked first, each name is looked up once at a time, what
 * is not known is remembered for a while, and only so many are kept.
 */
export class ResolvedIssuers {
  readonly #settings: ResolvedIssuersSettings
  readonly #lookups = new ConcurrencyLimit(MOST_LOOKUPS)
  /** By name, the one used longest ago first. Only a token that was proven brings an issuer in here, or moves it up. */
  readonly #held = new Map<string, TrustedIssuer>()
  /** Of these no token was proven yet: whoever invents tokens in their names pushes out no issuer that is in use. */
  readonly #unproven = new Map<string, TrustedIssuer>()
  readonly #pending = new Map<string, Promise<TrustedIssuer | undefined>>()
  readonly #unknown = new Map<string, Unknown>()

  constructor(settings: ResolvedIssuersSettings) {
    this.#settings = settings
  }

  /**
   * Undefined for an issuer that is not trusted.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE` when nobody knows
   */
  find(name: unknown): MaybePromise<TrustedIssuer | undefined> {
    if (typeof name !== 'string' || name.length > LONGEST_NAME) return undefined
    const held = this.#held.get(name) ?? this.#unproven.get(name)
    if (held !== undefined) return held
    if (!this.#isAllowed(name)) return undefined
    const unknown = this.#recall(name)
    if (unknown?.error !== undefined) throw unknown.error
    if (unknown !== undefined) return undefined
    return this.#pending.get(name) ?? this.#lookUp(name)
  }

  /** Told of every token of an issuer that was proven, now or earlier. */
  used(issuer: TrustedIssuer): void {
    const { issuer: name } = issuer
    if (name === null) return
    if (this.#held.get(name) !== issuer && this.#unproven.get(name) !== issuer) return
    this.#unproven.delete(name)
    putLast(this.#held, name, issuer, this.#settings.maxIssuers)
  }

  /** Why a name is not trusted, for the log. */
  describeUnknown(name: string): string {
    return this.#unknown.has(name)
      ? `issuers.resolve does not know ${quoteForLog(name)}`
      : `issuers.allow does not say true for ${quoteForLog(name)}`
  }

  has(name: string): boolean {
    return this.#held.has(name) || this.#unproven.has(name)
  }

  all(): readonly TrustedIssuer[] {
    return [...this.#held.values(), ...this.#unproven.values()]
  }

  /** Lets go of an issuer, and of what is known about its name: it is looked up anew. */
  forget(name: string | null): boolean {
    if (name === null) return false
    this.#unknown.delete(name)
    this.#pending.delete(name)
    const held = this.#held.get(name) ?? this.#unproven.get(name)
    this.#held.delete(name)
    this.#unproven.delete(name)
    held?.keys.withdraw()
    return held !== undefined
  }

  #isAllowed(name: string): boolean {
    const allowed = callOut<unknown>(
      () => this.#settings.allows(name),
      (cause) => unavailable('issuers.allow threw', cause),
    )
    // Only a plain yes counts, and only now: a promise is truthy.
    abandon(allowed)
    return allowed === true
  }

  #lookUp(name: string): Promise<TrustedIssuer | undefined> {
    if (this.#pending.size >= MOST_PENDING) {
      throw unavailable(`${MOST_PENDING} issuers are being looked up`, undefined)
    }
    const pending: Promise<TrustedIssuer | undefined> = this.#lookups
      .run(() => inTime(this.#settings.resolve(name)))
      .then(
        (issuer) => {
          // It was let go of meanwhile: what was found may be from before.
          if (!this.#end(name, pending)) return this.find(name)
          if (issuer === undefined) return this.#remember(name, UNKNOWN_FOR)
          this.#settings.revoke(issuer)
          putLast(this.#unproven, name, issuer, MOST_UNPROVEN)
          return issuer
        },
        (cause: unknown) => {
          if (!this.#end(name, pending)) return this.find(name)
          const error = unavailable(`issuers.resolve failed for ${quoteForLog(name)}`, cause)
          this.#remember(name, FAILED_FOR, error)
          throw error
        },
      )
    this.#pending.set(name, pending)
    // Whoever waited may be gone by the time it fails: that must not end the process.
    pending.catch(() => undefined)
    return pending
  }

  /** False for a lookup that is not the one that counts. */
  #end(name: string, pending: Promise<unknown>): boolean {
    return this.#pending.get(name) === pending && this.#pending.delete(name)
  }

  #remember(name: string, remembered: number, error?: GuardError): undefined {
    this.#unknown.delete(name)
    this.#unknown.set(name, { at: this.#settings.clock(), remembered, error })
    if (this.#unknown.size > MOST_UNKNOWN) this.#unknown.delete(first(this.#unknown)!)
  }

  #recall(name: string): Unknown | undefined {
    const unknown = this.#unknown.get(name)
    if (unknown === undefined) return undefined
    const elapsed = this.#settings.clock() - unknown.at
    // A clock that was set back must not stretch the wait.
    if (elapsed >= 0 && elapsed < unknown.remembered) return unknown
    this.#unknown.delete(name)
    return undefined
  }
}

/** Waits for a lookup for a while, and no longer. The timer holds no process open. */
function inTime<T>(lookup: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TypeError(`it took longer than ${LONGEST_LOOKUP_MS / 1000} s`))
    const timer = setTimeout(late, LONGEST_LOOKUP_MS)
    timer.unref()
    void lookup.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Puts an issuer behind the others. The first one goes when there are too many, and its verdicts are reached anew. */
function putLast(
  issuers: Map<string, TrustedIssuer>,
  name: string,
  issuer: TrustedIssuer,
  most: number,
): void {
  issuers.delete(name)
  issuers.set(name, issuer)
  if (issuers.size <= most) return
  const oldest = first(issuers)!
  issuers.get(oldest)?.keys.close()
  issuers.delete(oldest)
}

function first(map: ReadonlyMap<string, unknown>): string | undefined {
  return map.keys().next().value
}

function unavailable(problem: string, cause: unknown): GuardError {
  return new GuardError('ERR_KEYS_UNAVAILABLE', problem, { cause, retryAfter: FAILED_FOR })
}
