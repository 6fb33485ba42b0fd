import type { AsymmetricAlgorithm } from '../algorithms.ts'
import type { Clock } from '../clock.ts'
import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { abandon, callOut, type MaybePromise, whenReady } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { selectKeys } from '../select-key.ts'
import { describeCause } from './fetch-document.ts'
import { importJwkSet, type JwkSet } from './jwk-set.ts'
import type { KeyRecord } from './key-record.ts'
import { distrust, type KeyHealth, type KeySource, replaceRecords } from './key-source.ts'
import type { LiveKeys } from './live-keys.ts'

export interface LiveKeySettings {
  readonly live: LiveKeys
  readonly issuer: string | null
  readonly allowed: readonly AsymmetricAlgorithm[] | undefined
  readonly clock: Clock
}

/** No set that an issuer could give, undefined included. */
const NOT_ASKED = Symbol('not asked yet')

/**
 * The keys of an issuer in this process. It is asked for every token, and what it says counts from then on: a key that it
 * dropped takes its verdicts along.
 */
export class LiveKeySource implements KeySource {
  readonly #settings: LiveKeySettings
  readonly #jwks: () => MaybePromise<JwkSet>
  readonly #revoked = new Set<string>()
  /** What the records were made of: while it is the same object, nothing changed. */
  #set: JwkSet | typeof NOT_ASKED = NOT_ASKED
  #records: readonly KeyRecord[] = []
  /** Why nothing could be made of the set. */
  #misfit: unknown
  #lastError: KeyHealth['lastError']
  /** How many times it was asked, and which time's answer is here: one that was promised may come after a later one. */
  #asked = 0
  #answered = 0
  #isClosed = false
  #isWithdrawn = false

  constructor(settings: LiveKeySettings) {
    this.#settings = settings
    this.#jwks = () => settings.live.jwks()
  }

  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    return whenReady(this.#ask(), (records) =>
      this.#knows(header.kid) ? selectKeys(header, records) : this.#seekUnknownKid(header),
    )
  }

  tend(): boolean {
    return !this.#isClosed && this.#isHere()
  }

  async ready(): Promise<void> {
    if ((await this.#ask()).length === 0) throw this.#unavailable(new Error('there are none yet'))
  }

  async refresh(): Promise<void> {
    await this.#refresh()
  }

  revoke(kid: string): number {
    // Those that no token asked for yet count, too.
    this.#isHere()
    this.#revoked.add(kid)
    return distrust(this.#records, kid)
  }

  health(): KeyHealth {
    const isHere = this.#isHere()
    return {
      state: isHere ? 'fresh' : 'expired',
      keys: isHere ? this.#records.filter(({ trusted }) => trusted).length : 0,
      age: isHere ? 0 : undefined,
      nextRefresh: undefined,
      lastError: this.#lastError,
    }
  }

  export(): undefined {
    return undefined
  }

  import(): false {
    return false
  }

  close(): void {
    this.#isClosed = true
  }

  withdraw(): void {
    this.close()
    this.#isWithdrawn = true
    for (const record of this.#records) record.trusted = false
  }

  /** Whether its keys are here, without waiting for them. */
  #isHere(): boolean {
    try {
      const records = this.#ask()
      abandon(records)
      return !(records instanceof Promise)
    } catch {
      return false
    }
  }

  /** The keys as they are now. While nothing changed, that is one call and a comparison. */
  #ask(): MaybePromise<readonly KeyRecord[]> {
    const turn = ++this.#asked
    const set = callOut(this.#jwks, this.#unavailable)
    return whenReady(set, (answer) => this.#take(answer, turn))
  }

  #take(set: JwkSet, turn: number): readonly KeyRecord[] {
    // What was promised before a later answer came must not bring back a key that this one dropped.
    if (turn > this.#answered) {
      this.#answered = turn
      if (set !== this.#set) this.#replace(set)
    }
    if (this.#misfit !== undefined) throw this.#unavailable(this.#misfit)
    this.#lastError = undefined
    return this.#records
  }

  /** A set of which nothing can be made leaves the records as they are, for the next one; nobody goes by them. */
  #replace(set: JwkSet): void {
    this.#set = set
    try {
      this.#records = replaceRecords(this.#records, importLiveSet(set, this.#settings.allowed))
      this.#misfit = undefined
    } catch (cause) {
      this.#misfit = cause
    }
    for (const record of this.#records)
      if (this.#isWithdrawn || this.#isRevoked(record.kid)) record.trusted = false
  }

  #knows(kid: string | undefined): boolean {
    return kid === undefined || this.#isRevoked(kid) || this.#records.some((key) => key.kid === kid)
  }

  #isRevoked(kid: string | undefined): boolean {
    return kid !== undefined && this.#revoked.has(kid)
  }

  /** Another process may have added it a moment ago. How often that is looked for is the issuer's to limit. */
  #seekUnknownKid(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    return whenReady(this.#refresh(), (records) => selectKeys(header, records))
  }

  #refresh(): MaybePromise<readonly KeyRecord[]> {
    const refreshed = callOut(() => this.#settings.live.refresh(), this.#unavailable)
    return whenReady<unknown, readonly KeyRecord[]>(refreshed, () => this.#ask())
  }

  readonly #unavailable = (cause: unknown): GuardError => {
    const { issuer, clock } = this.#settings
    const whose = issuer === null ? '' : ` of ${issuer}`
    const problem = cause instanceof Error ? describeCause(cause) : 'their source failed'
    const message = `the live keys${whose} cannot be used: ${problem}`
    this.#lastError = { message, at: clock() }
    return new GuardError('ERR_KEYS_UNAVAILABLE', message, { cause })
  }
}

/**
 * As `importJwkSet`, but none is a set, too: the issuer revoked them all, or has made none yet.
 *
 * @throws TypeError
 */
export function importLiveSet(
  set: unknown,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
): KeyRecord[] {
  const isEmpty = isRecord(set) && Array.isArray(set.keys) && set.keys.length === 0
  return isEmpty ? [] : importJwkSet(set, allowed)
}
