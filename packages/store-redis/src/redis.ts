import type { Script } from './script.ts'

/** Either client, as the store uses it. */
export interface Redis {
  /**
   * Runs a script on the node that has the keys, which are of one slot. Never on a replica, which may lag behind: what the client would do
   * with a plain GET is up to its options, and whoever lost a race must see what the winner wrote.
   */
  readonly run: (
    script: Script,
    keys: readonly string[],
    args: readonly string[],
  ) => Promise<unknown>

  /**
   * Calls `wake` for each message on a channel and whenever it may have missed some, over a connection of its own that
   * is kept up until what it resolves to is called. Rejects when the server cannot be reached now.
   */
  subscribe(channel: string, wake: () => void): Promise<() => Promise<void>>

  /** The nodes that take writes: of a Cluster all its masters, otherwise the one. @throws ConfigError */
  masters(): Promise<RedisNode[]>
}

/** One server, asked how it is set up. */
export interface RedisNode {
  info(): Promise<unknown>
  configGet(parameter: string): Promise<unknown>
}

/**
 * Whether a server does not know a script by its hash: the first time, after a restart, after a failover, on a node that
 * was added. It is sent as text then, and the server remembers it.
 */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
