import { describeWithRedis } from '../../store-redis/test/redis-server.ts'
import {
  allRows,
  connectionRows,
  describeBurst,
  describeFaults,
} from './revocation-faults/describe-faults.ts'
import { redisClients, startRedisGround } from './revocation-faults/grounds.ts'
import { redisLosses } from './revocation-faults/losses.ts'

describeWithRedis('revocation on Redis', () => {
  const { 'node-redis': nodeRedis, ioredis } = redisClients
  describeFaults('through node-redis', () => startRedisGround(nodeRedis), allRows(redisLosses))
  describeFaults('through ioredis', () => startRedisGround(ioredis), connectionRows)

  describeBurst('on Redis', () => startRedisGround(nodeRedis))
})
