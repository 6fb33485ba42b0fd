import type { IssuerStore } from '@gatewarden/core'

/**
 * Opens an empty store. Called for every test of the suite, so it should be quick: one server, emptied each time. A test
 * of what happens when data is lost closes what it has and calls it once more.
 */
export type OpenStore = () => Promise<OpenedStore>

export interface OpenedStore {
  /** Holds nothing. */
  readonly store: IssuerStore

  /**
   * Opens the same data once more, over a connection of its own, as another process does. Called while `store` is open
   * and, of a durable store, after it was closed. Left out by a store that nobody else can open.
   */
  readonly again?: () => Promise<IssuerStore>

  /** Lets go of everything that was opened, by `again` too. The suite may have closed `store` before. */
  readonly close: () => Promise<void>
}
