import type { AsymmetricAlgorithm } from '../algorithms.ts'
import type { Clock } from '../clock.ts'
import { GuardError, isGuardError } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { selectKeys } from '../select-key.ts'
import { describeCause, fetchJson } from './fetch-json.ts'
import { importJwkSet } from './jwk-set.ts'
import type { KeyRecord } from './key-record.ts'
import type { KeySource } from './key-source.ts'
import { SingleFlight } from './single-flight.ts'

/** Seconds after which a set is fetched again, in the background. */
const FRESH_FOR = 600
/** Seconds a set may be used beyond that while the provider cannot be reached. */
const STALE_FOR = 3_600
/** Seconds between two fetches that an unknown `kid` may cause. Anyone can invent a `kid`. */
const UNKNOWN_KID_COOLDOWN = 30
/** Seconds before a failed fetch is tried again. */
const FAILURE_COOLDOWN = 5

/** A key set behind a URL: fetched once for all who wait, refreshed behind the requests' back. */
export class RemoteKeySet implements KeySource {
  readonly #uri: string
  readonly #allowed: readonly AsymmetricAlgorithm[] | undefined
  readonly #clock: Clock
  readonly #fetch: SingleFlight<void>
  #records: readonly KeyRecord[] | undefined
  #fetchedAt = -Infinity
  #soughtUnknownKidAt = -Infinity

  constructor(uri: string, allowed: readonly AsymmetricAlgorithm[] | undefined, clock: Clock) {
    this.#uri = uri
    this.#allowed = allowed
    this.#clock = clock
    this.#fetch = new SingleFlight(() => this.#refresh(), clock, FAILURE_COOLDOWN)
  }

  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    if (this.#isExpired()) return this.#fetch.run().then(() => this.#selectHeld(header))
    this.#refreshWhenDue()
    return this.#knows(header.kid) ? this.#selectHeld(header) : this.#seekUnknownKid(header)
  }

  tend(): boolean {
    this.#refreshWhenDue()
    return !this.#isExpired()
  }

  ready(): Promise<void> {
    return this.#isExpired() ? this.#fetch.run() : Promise.resolve()
  }

  #isExpired(): boolean {
    return !(this.#age() < FRESH_FOR + STALE_FOR)
  }

  /** While a usable set is here nobody waits for its refresh, and its failure is nobody's request's. */
  #refreshWhenDue(): void {
    if (!(this.#age() < FRESH_FOR)) this.#fetch.run().catch(() => undefined)
  }

  /** Seconds since the last fetch. A clock that was set back makes the set due, not younger. */
  #age(): number {
    const age = this.#clock() - this.#fetchedAt
    return age < 0 ? FRESH_FOR : age
  }

  #selectHeld(header: JoseHeader): readonly KeyRecord[] {
    return selectKeys(header, this.#records ?? [])
  }

  #knows(kid: string | undefined): boolean {
    return kid === undefined || (this.#records ?? []).some((record) => record.kid === kid)
  }

  /** The provider may have rotated its keys a moment ago: look once, then believe the set for a while. */
  #seekUnknownKid(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    const now = this.#clock()
    const elapsed = now - this.#soughtUnknownKidAt
    if (elapsed >= 0 && elapsed < UNKNOWN_KID_COOLDOWN) return this.#selectHeld(header)
    // Only an answer starts the wait: after a failure nobody knows whether the key exists, and that is a 503.
    return this.#fetch.run().then(() => {
      this.#soughtUnknownKidAt = now
      return this.#selectHeld(header)
    })
  }

  async #refresh(): Promise<void> {
    try {
      const document = await fetchJson(this.#uri)
      if (document === undefined) throw new TypeError('it answered with status 404')
      this.#adopt(importJwkSet(document, this.#allowed))
    } catch (cause) {
      if (isGuardError(cause)) throw cause
      throw new GuardError(
        'ERR_KEYS_UNAVAILABLE',
        `the key set at ${this.#uri} cannot be used: ${describeCause(cause)}`,
        { cause, retryAfter: FAILURE_COOLDOWN },
      )
    }
  }

  /** Replaces the set. A key that stays keeps its record and its verdicts; one that went takes its verdicts along. */
  #adopt(fetched: readonly KeyRecord[]): void {
    const held = this.#records ?? []
    const records = fetched.map((record) => held.find((known) => known.isSameAs(record)) ?? record)
    for (const record of held) if (!records.includes(record)) record.trusted = false
    this.#records = records
    this.#fetchedAt = this.#clock()
  }
}
