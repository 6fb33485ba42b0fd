import type { AsymmetricAlgorithm } from '../algorithms.ts'
import { GuardError } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { selectKeys } from '../select-key.ts'
import { CachedDocument } from './cached-document.ts'
import { exportJwk } from './export-jwk.ts'
import { LONGEST_FRESHNESS } from './freshness.ts'
import { importJwkSet } from './jwk-set.ts'
import type { FetchPolicy, KeyEnvironment } from './key-environment.ts'
import type { KeyRecord } from './key-record.ts'
import {
  distrust,
  type ExportedKeySet,
  type KeyHealth,
  type KeySource,
  replaceRecords,
} from './key-source.ts'

/** Seconds a set is fresh for when its server does not say. */
const FRESH_FOR = 600

/** Seconds between two fetches that an unknown `kid` may cause. Anyone can invent a `kid`. */
const UNKNOWN_KID_COOLDOWN = 30

export interface RemoteKeySetSettings {
  readonly issuer: string | null
  /** Where the set is. Asked before each fetch. */
  readonly locate: () => MaybePromise<string>
  readonly allowed: readonly AsymmetricAlgorithm[] | undefined
  readonly policy: FetchPolicy
  readonly environment: KeyEnvironment
}

/** A key set behind a URL. Nobody waits for it while there is one to go by. */
export class RemoteKeySet implements KeySource {
  readonly #settings: RemoteKeySetSettings
  readonly #document: CachedDocument<readonly KeyRecord[]>
  readonly #revoked = new Set<string>()
  #records: readonly KeyRecord[] = []
  #soughtUnknownKidAt = -Infinity
  #isClosed = false
  #isWithdrawn = false

  constructor(settings: RemoteKeySetSettings) {
    const { issuer, locate, policy, environment } = settings
    this.#settings = settings
    this.#document = new CachedDocument({
      what: 'the key set',
      issuer,
      locate: async () => [await locate()],
      read: (document) => this.#replace(importJwkSet(document, settings.allowed)),
      freshFor: FRESH_FOR,
      longestFresh: LONGEST_FRESHNESS,
      policy,
      environment,
    })
  }

  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    const records = this.#document.use()
    if (records === undefined) {
      return this.#document.load('cold').then((fetched) => selectKeys(header, fetched))
    }
    return this.#knows(header.kid) ? selectKeys(header, records) : this.#seekUnknownKid(header)
  }

  tend(): boolean {
    return !this.#isClosed && this.#document.use() !== undefined
  }

  async ready(): Promise<void> {
    if (this.#document.use() === undefined) await this.#document.load('cold')
  }

  async refresh(): Promise<void> {
    await this.#document.load('manual')
  }

  /** True while the last fetch failed. */
  get isFailing(): boolean {
    return this.#document.failure !== undefined
  }

  revoke(kid: string): number {
    this.#revoked.add(kid)
    return distrust(this.#records, kid)
  }

  health(): KeyHealth {
    const health = this.#document.health()
    const trusted = this.#records.filter((record) => record.trusted).length
    return { ...health, keys: health.state === 'expired' ? 0 : trusted }
  }

  export(): ExportedKeySet | undefined {
    const { held } = this.#document
    if (held === undefined) return undefined
    const { value, url, validators, fetchedAt, freshFor } = held
    // What was revoked here is not for the next process, which may not have been told.
    const keys = value.filter(({ trusted }) => trusted).map(exportJwk)
    return keys.length === 0 ? undefined : { url, validators, fetchedAt, freshFor, keys }
  }

  import({ keys, ...facts }: ExportedKeySet): boolean {
    const records = importJwkSet({ keys }, this.#settings.allowed)
    const freshFor = Math.min(facts.freshFor, LONGEST_FRESHNESS)
    // Without validators: what was left out on the way here must not be confirmed by a 304.
    const held = { ...facts, freshFor, validators: {} }
    return this.#document.adopt(() => this.#replace(records), held)
  }

  close(): void {
    this.#isClosed = true
  }

  withdraw(): void {
    this.close()
    this.#isWithdrawn = true
    for (const record of this.#records) record.trusted = false
  }

  #knows(kid: string | undefined): boolean {
    return kid === undefined || this.#isRevoked(kid) || this.#records.some((key) => key.kid === kid)
  }

  #isRevoked(kid: string | undefined): boolean {
    return kid !== undefined && this.#revoked.has(kid)
  }

  /**
   * The provider may have rotated its keys a moment ago: look once, then go by the set for a while. Where looking
   * failed, nobody knows whether the key exists: that is a 503, and no fetch for each who asks.
   */
  #seekUnknownKid(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    const { pending } = this.#document
    // What is on its way may bring the key, and costs nothing: of a thousand that come right after a rotation, all wait.
    // It may have left before the rotation: what it does not bring is looked for.
    if (pending !== undefined) return pending.then(() => this.select(header))
    const now = this.#settings.environment.clock()
    const elapsed = now - this.#soughtUnknownKidAt
    if (elapsed >= 0 && elapsed < UNKNOWN_KID_COOLDOWN) {
      const { failure } = this.#document
      if (failure !== undefined) throw notBefore(UNKNOWN_KID_COOLDOWN - elapsed, failure)
      return selectKeys(header, this.#records)
    }
    const { failure, backOffLeft } = this.#document
    // Nothing would be fetched: the look is still to come.
    if (failure !== undefined && backOffLeft > 0) throw notBefore(backOffLeft, failure)
    this.#soughtUnknownKidAt = now
    return this.#document.load('unknown_kid').then(
      (fetched) => selectKeys(header, fetched),
      (failure: GuardError) => {
        throw notBefore(UNKNOWN_KID_COOLDOWN, failure)
      },
    )
  }

  #replace(fetched: readonly KeyRecord[]): readonly KeyRecord[] {
    const records = replaceRecords(this.#records, fetched)
    for (const record of records)
      if (this.#isWithdrawn || this.#isRevoked(record.kid)) record.trusted = false
    this.#records = records
    return records
  }
}

/** The same failure, with the time at which it is worth a new try for what it refused. */
function notBefore(seconds: number, { code, message, cause }: GuardError): GuardError {
  return new GuardError(code, message, { cause, retryAfter: Math.ceil(seconds) })
}
