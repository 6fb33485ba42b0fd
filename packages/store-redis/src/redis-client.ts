/** What the store calls of the user's client: nothing is imported from either library. */
export type RedisClient = NodeRedisClient | IoredisClient

/** `createClient()`, `createCluster()`, `createSentinel()` or `createClientPool()` of `redis` 4 and later. */
export interface NodeRedisClient {
  evalSha(sha: string, options?: NodeRedisEval): Promise<unknown>
  eval(source: string, options?: NodeRedisEval): Promise<unknown>
}

export interface NodeRedisEval {
  keys?: string[]
  arguments?: string[]
}

/** `new Redis()` or `new Cluster()` of `ioredis` 5 and later. */
export interface IoredisClient {
  evalsha(sha: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(source: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>
}
