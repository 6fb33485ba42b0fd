import type { KeyStore } from './key-store.ts'
import type { RevocationLog } from './revocation-log.ts'
import type { SessionStore } from './session-store.ts'

/** Everything an issuer keeps. */
export interface IssuerStore {
  /** What it is, for messages: `memory`, `postgres`, `redis`. */
  readonly name: string
  /** Whether what was written outlives this process. */
  readonly isDurable: boolean
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly revocations: RevocationLog

  /** Resolves when it can be used; rejects, saying what to do, when it cannot. */
  ready(): Promise<void>

  /** Drops what has ended at `now`, in seconds by the caller's clock. Resolves to how much it was. */
  sweep(now: number): Promise<number>

  /** Lets go of what the store opened itself; a client that was given stays open. */
  close(): Promise<void>
}
