export { createRedisStore, type RedisStoreOptions } from './create-redis-store.ts'
export type { IoredisClient, NodeRedisClient, NodeRedisEval, RedisClient } from './redis-client.ts'
