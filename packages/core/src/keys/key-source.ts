import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { selectKeys } from '../select-key.ts'
import type { DocumentHealth, DocumentState, HeldFacts } from './cached-document.ts'
import type { Jwk } from './import-public-key.ts'
import type { KeyRecord } from './key-record.ts'

/** Where the keys of one issuer come from. */
export interface KeySource {
  /**
   * The keys that may have signed a token with this header, most often one.
   *
   * @throws GuardError `ERR_KEY_UNKNOWN`, `ERR_ALGORITHM_REFUSED`, `ERR_KEYS_UNAVAILABLE`
   */
  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]>
  /**
   * Told of every use of a verdict reached earlier, which selects no key: lets a key set age as if it had been asked.
   * False when the keys are too old to rely on such a verdict, or are those of an issuer that was let go.
   */
  tend(): boolean
  /** Resolves when the keys are here; rejects when they cannot be had. */
  ready(): Promise<void>
  /** Fetches the keys now, whatever their age, and whether the last try failed or not. */
  refresh(): Promise<void>
  /** From now on the key of this name verifies nothing, and no key set brings it back. Returns how many it was. */
  revoke(kid: string): number
  health(): KeyHealth
  /** The keys as they were fetched, for another process; undefined where there are none, or they are configured. */
  export(): ExportedKeySet | undefined
  /** Takes what `export` gave. False when it is too old, or no newer than what is here. */
  import(exported: ExportedKeySet): boolean
  /** Makes every verdict reached with it be reached anew, elsewhere. */
  close(): void
  /** Trusts none of its keys any more, those that are on their way included: its issuer was removed. */
  withdraw(): void
}

/** How an issuer's keys are. */
export interface KeyHealth extends Omit<DocumentHealth, 'state' | 'nextRefresh'> {
  /** `configured` keys do not age. */
  readonly state: DocumentState | 'configured'
  /** How many keys can verify. */
  readonly keys: number
  /** Seconds until they are fetched again, if a token comes then; undefined for those that are configured. */
  readonly nextRefresh: number | undefined
}

/** A key set as one process fetched it, for another. JSON. */
export interface ExportedKeySet extends HeldFacts {
  readonly keys: readonly Jwk[]
}

/** Keys that are part of the configuration. */
export class ConfiguredKeys implements KeySource {
  readonly #records: readonly KeyRecord[]
  #isClosed = false

  constructor(records: readonly KeyRecord[]) {
    this.#records = records
  }

  select(header: JoseHeader): readonly KeyRecord[] {
    return selectKeys(header, this.#records)
  }

  tend(): boolean {
    return !this.#isClosed
  }

  ready(): Promise<void> {
    return Promise.resolve()
  }

  refresh(): Promise<void> {
    return Promise.resolve()
  }

  revoke(kid: string): number {
    return distrust(this.#records, kid)
  }

  health(): KeyHealth {
    const keys = this.#records.filter(({ trusted }) => trusted).length
    return {
      state: 'configured',
      keys,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
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
    for (const record of this.#records) record.trusted = false
  }
}

/** Trusts the keys of a name no more, and returns how many it was. */
export function distrust(records: readonly KeyRecord[], kid: string): number {
  const named = records.filter((record) => record.kid === kid && record.trusted)
  for (const record of named) record.trusted = false
  return named.length
}

/** A key that stays keeps its record and its verdicts; one that went takes its verdicts along. */
export function replaceRecords(
  held: readonly KeyRecord[],
  next: readonly KeyRecord[],
): readonly KeyRecord[] {
  const records = next.map((record) => held.find((known) => known.isSameAs(record)) ?? record)
  for (const record of held) if (!records.includes(record)) record.trusted = false
  return records
}
