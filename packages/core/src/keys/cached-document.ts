import { GuardError, isGuardError } from '../errors.ts'
import { type FetchedEvent, publishFetched } from '../events.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { backoff } from './backoff.ts'
import { describeCause, FetchError, type Validators } from './fetch-document.ts'
import type { FetchPolicy, KeyEnvironment } from './key-environment.ts'

/**
 * Why a document is fetched:
 * - `cold`: there is none to work with, and somebody waits;
 * - `ahead`: it grows old, and nobody waits;
 * - `unknown_kid`: a token names a key it does not have;
 * - `manual`: the application asked.
 */
export type FetchTrigger = 'cold' | 'ahead' | 'unknown_kid' | 'manual'

/** `fresh`, or `stale`: still used because the provider could not be asked again, or `expired`: not used any more. */
export type DocumentState = 'fresh' | 'stale' | 'expired'

/** A document is fetched again behind the requests' back from this part of its freshness on, up to that one. */
const AHEAD_FROM = 0.8
const AHEAD_TO = 0.95

/** Seconds by which the clock of another process may be ahead. */
const MOST_AHEAD = 60

export interface DocumentSettings<T> {
  /** What it is, in messages and events. */
  readonly what: FetchedEvent['document']
  /** Whose it is; null for the issuer that was waived. */
  readonly issuer: string | null
  /** Where it may be, the likeliest place first. Asked before each fetch. */
  readonly locate: () => MaybePromise<readonly string[]>
  /** Reads it. Throws what it is not. */
  readonly read: (document: unknown) => T
  /** Seconds it is fresh for when its server does not say. */
  readonly freshFor: number
  /** Seconds it is fresh for at most, whatever its server says. */
  readonly longestFresh: number
  readonly policy: FetchPolicy
  readonly environment: KeyEnvironment
}

/** How old a document is, and what its server needs to know to say that it still is right. */
export interface HeldFacts {
  readonly url: string
  readonly validators: Validators
  /** In seconds since the epoch. */
  readonly fetchedAt: number
  /** In seconds. */
  readonly freshFor: number
}

export interface DocumentHealth {
  readonly state: DocumentState
  /** Seconds since the last fetch that succeeded; undefined when none did. */
  readonly age: number | undefined
  /** Seconds until it is fetched again, if somebody uses it then. */
  readonly nextRefresh: number
  /** Of the last try, when that failed. `at` is in seconds since the epoch. */
  readonly lastError: { readonly message: string; readonly at: number } | undefined
}

interface Held<T> extends HeldFacts {
  readonly value: T
  /** The age at which it is fetched again ahead of time. */
  readonly aheadAt: number
}

/**
 * A document of an identity provider, held in memory: fetched once for all who wait, again before it grows old, used a
 * while longer when that fails, and asked for ever more seldom while it fails.
 *
 * There are no timers: whoever uses it keeps it young. So a guard holds no process open, and a tenant nobody comes from
 * costs nothing.
 */
export class CachedDocument<T> {
  readonly #settings: DocumentSettings<T>
  #held: Held<T> | undefined
  #pending: Promise<T> | undefined
  #pendingTrigger: FetchTrigger | undefined
  #failure: { readonly at: number; readonly delay: number; readonly error: GuardError } | undefined
  #failures = 0

  constructor(settings: DocumentSettings<T>) {
    this.#settings = settings
  }

  /** What it says, while that may be relied on. Fetches it again, behind the caller's back, when it grows old. */
  use(): T | undefined {
    const held = this.#inTime()
    if (held === undefined) return undefined
    const age = this.#ageOf(held)
    if (age >= held.freshFor + this.#settings.policy.maxStale) return undefined
    if (age >= held.aheadAt && !this.#isBackingOff()) this.load('ahead').catch(() => undefined)
    return held.value
  }

  /**
   * Fetches it. All who ask meanwhile get the same answer; right after a failure they get that.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE`
   */
  load(trigger: FetchTrigger): Promise<T> {
    if (this.#pending !== undefined) {
      if (trigger !== 'manual' || this.#pendingTrigger === 'manual') return this.#pending
      // What is on its way may have left before whatever made somebody ask.
      const again = () => this.load('manual')
      return this.#pending.then(again, again)
    }
    if (trigger !== 'manual' && this.#isBackingOff()) return Promise.reject(this.#failure!.error)
    this.#pendingTrigger = trigger
    this.#pending = this.#fetch(trigger).finally(() => (this.#pending = undefined))
    return this.#pending
  }

  /** Takes what an earlier process held. False when that is too old, or no newer than what is here. */
  adopt(read: () => T, { fetchedAt, freshFor, url, validators }: HeldFacts): boolean {
    const { environment, policy } = this.#settings
    const age = environment.clock() - fetchedAt
    if (!(age >= -MOST_AHEAD && age < freshFor + policy.maxStale)) return false
    if (this.#held !== undefined && this.#held.fetchedAt >= fetchedAt) return false
    this.#hold(read(), { fetchedAt, freshFor, url, validators })
    return true
  }

  /** The fetch that is under way. */
  get pending(): Promise<T> | undefined {
    return this.#pending
  }

  /** What is held, with what an other process needs to go on with it. */
  get held(): (HeldFacts & { readonly value: T }) | undefined {
    return this.#held
  }

  /** Why the last try failed: what is held may be out of date, and nobody knows. Undefined when it succeeded. */
  get failure(): GuardError | undefined {
    return this.#failure?.error
  }

  health(): DocumentHealth {
    const held = this.#held
    const { clock } = this.#settings.environment
    const failure = this.#failure
    const lastError = failure && { message: failure.error.message, at: failure.at }
    if (held === undefined) {
      const nextRefresh = Math.ceil(this.backOffLeft)
      return { state: 'expired', age: undefined, nextRefresh, lastError }
    }
    const age = this.#ageOf(held)
    const { maxStale } = this.#settings.policy
    const state =
      age < held.freshFor ? 'fresh' : age < held.freshFor + maxStale ? 'stale' : 'expired'
    const nextRefresh = Math.ceil(Math.max(held.aheadAt - age, this.backOffLeft, 0))
    return { state, age: clock() - held.fetchedAt, nextRefresh, lastError }
  }

  async #fetch(trigger: FetchTrigger): Promise<T> {
    const { what, issuer } = this.#settings
    const started = performance.now()
    const publish = (result: FetchedEvent['result'], error?: GuardError): void =>
      publishFetched({
        document: what,
        issuer: issuer ?? undefined,
        trigger,
        result,
        seconds: (performance.now() - started) / 1000,
        message: error?.message,
      })
    try {
      const isNew = await this.#fetchAny()
      this.#failure = undefined
      this.#failures = 0
      publish(isNew ? 'new' : 'unchanged')
      return this.#held!.value
    } catch (cause) {
      const error = this.#fail(cause)
      publish('failed', error)
      throw error
    }
  }

  /** True when the document is another than before. */
  async #fetchAny(): Promise<boolean> {
    const { locate, read, policy, freshFor, longestFresh, environment } = this.#settings
    const { publicHostsOnly } = policy
    const held = this.#held
    const places = this.#failures === 0 ? environment.fetches : environment.retries
    let guarded: FetchError | undefined
    for (const url of await locate()) {
      const validators = held?.url === url ? held.validators : {}
      const fetched = await places
        .run(() => environment.fetch(url, { validators, publicHostsOnly }))
        .catch((error: unknown) => {
          if (!(error instanceof FetchError && error.isGuarded)) throw error
          guarded ??= error
          return undefined
        })
      // It may be at the next address.
      if (fetched === undefined || fetched.result === 'absent') continue
      const facts = {
        url,
        fetchedAt: environment.clock(),
        freshFor: Math.min(fetched.freshFor ?? freshFor, longestFresh),
      }
      if (fetched.result === 'new') {
        this.#hold(read(fetched.document), { ...facts, validators: fetched.validators })
        return true
      }
      // What was imported meanwhile is newer than what this answer is about.
      if (this.#held === held) this.#hold(held!.value, { ...facts, validators })
      return false
    }
    throw guarded ?? new FetchError('there is none (status 404)')
  }

  #hold(value: T, facts: HeldFacts): void {
    const part = AHEAD_FROM + this.#settings.environment.random() * (AHEAD_TO - AHEAD_FROM)
    this.#held = { ...facts, value, aheadAt: facts.freshFor * part }
  }

  #fail(cause: unknown): GuardError {
    const { what, issuer, environment } = this.#settings
    this.#failures++
    // A document that is found through another waits as long as that one does.
    const asked = cause instanceof FetchError || isGuardError(cause) ? cause.retryAfter : undefined
    const delay = backoff(this.#failures, environment.random, asked)
    const whose = issuer === null ? '' : ` of ${issuer}`
    const error = isGuardError(cause)
      ? cause
      : new GuardError(
          'ERR_KEYS_UNAVAILABLE',
          `${what}${whose} cannot be used: ${describeCause(cause)}`,
          { cause, retryAfter: Math.ceil(delay) },
        )
    this.#failure = { at: environment.clock(), delay, error }
    return error
  }

  #isBackingOff(): boolean {
    return this.backOffLeft > 0
  }

  /** Seconds before the next try. A clock that was set back must not stretch the wait. */
  get backOffLeft(): number {
    if (this.#failure === undefined) return 0
    const elapsed = this.#settings.environment.clock() - this.#failure.at
    return elapsed < 0 ? 0 : Math.max(this.#failure.delay - elapsed, 0)
  }

  /** What is held. Once the clock was set back, it counts as due from then on, and does not stay as young as it was. */
  #inTime(): Held<T> | undefined {
    const held = this.#held
    const now = this.#settings.environment.clock()
    if (held === undefined || held.fetchedAt <= now) return held
    this.#held = { ...held, fetchedAt: now - held.freshFor }
    return this.#held
  }

  /** Seconds since it was fetched. A clock that was set back makes it due, not younger. */
  #ageOf({ fetchedAt, freshFor }: Held<T>): number {
    const age = this.#settings.environment.clock() - fetchedAt
    return age < 0 ? freshFor : age
  }
}
