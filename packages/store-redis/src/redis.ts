import type { Script } from './script.ts'

/** Either client, as the store uses it. */
export interface Redis {
  /**
   * Runs a script on the node that has the key. Never on a replica, which may lag behind: what the client would do
   * with a plain GET is up to its options, and whoever lost a race must see what the winner wrote.
   */
  readonly run: (script: Script, key: string, args: readonly string[]) => Promise<unknown>

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
