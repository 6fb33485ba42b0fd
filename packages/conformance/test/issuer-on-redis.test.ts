import { describeWithRedis } from '../../store-redis/test/redis-server.ts'
import { describeStore } from './stores/describe-store.ts'
import { openRedis } from './stores/open-redis.ts'

describeWithRedis('an issuer on Redis', () => {
  describeStore('redis', openRedis)
})
