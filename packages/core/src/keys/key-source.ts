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
   * Told of every use of a verdict reached earlier, which needs no key: lets a key set age as if it had been asked.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE` when the keys are too old to be trusted
   */
  tend(): void
  /** Resolves when the keys are here; rejects when they cannot be had. */
  ready(): Promise<void>
}

/** Keys that are part of the configuration. */
export function configuredKeys(records: readonly KeyRecord[]): KeySource {
  return {
    select: (header) => selectKeys(header, records),
    tend: () => undefined,
    ready: () => Promise.resolve(),
  }
}
