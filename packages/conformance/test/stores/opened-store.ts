import type { IssuerStore } from '@gatewarden/core'

/** A real store with nothing in it, on a server that was started for it. */
export interface RealStore {
  readonly store: IssuerStore
  /** Another handle on the same, with a connection of its own, as another process has it. */
  readonly again: () => Promise<IssuerStore>
  /** Everything that is in it, as whoever steals a copy reads it. */
  readonly dump: () => Promise<unknown[]>
  readonly close: () => Promise<void>
}
