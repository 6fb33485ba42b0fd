import { describeWithRedis } from '../../store-redis/test/redis-server.ts'
import { describeBurst, describeFaults } from './revocation-faults/describe-faults.ts'
import { redisClients, startRedisGround } from './revocation-faults/grounds.ts'
import { redisLosses } from './revocation-faults/losses.ts'

describeWithRedis('revocation on Redis', () => {
  for (const [name, connect] of Object.entries(redisClients))
    describeFaults(`through ${name}`, () => startRedisGround(connect), redisLosses)

  describeBurst('on Redis', () => startRedisGround(redisClients['node-redis']))
})
