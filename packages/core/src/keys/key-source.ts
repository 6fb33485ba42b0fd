import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { selectKeys } from '../select-key.ts'
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
   * False when the keys are too old to rely on such a verdict.
   */
  tend(): boolean
  /** Resolves when the keys are here; rejects when they cannot be had. */
  ready(): Promise<void>
}

/** Keys that are part of the configuration. */
export function configuredKeys(records: readonly KeyRecord[]): KeySource {
  return {
    select: (header) => selectKeys(header, records),
    tend: () => true,
    ready: () => Promise.resolve(),
  }
}
