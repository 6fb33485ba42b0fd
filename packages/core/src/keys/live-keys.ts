import type { MaybePromise } from '../maybe-promise.ts'
import type { JwkSet } from './jwk-set.ts'

/** The public keys of an issuer that lives in the same process: no HTTP, and a change counts at once. */
export interface LiveKeys {
  /**
   * The keys that verify now: the same object for as long as nothing changed, a promise only where they are not here
   * yet. Asked for every token, so it answers from memory.
   */
  jwks(): MaybePromise<JwkSet>

  /** Looks for keys that were added elsewhere: a token has a `kid` that is not there. */
  refresh(): Promise<void>
}
