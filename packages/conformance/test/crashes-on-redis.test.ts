import { describeWithRedis } from '../../store-redis/test/redis-server.ts'
import { describeKills, describeRestarts } from './crashes/describe-crashes.ts'
import { type Ground, startRedisGround } from './crashes/grounds.ts'

describeWithRedis('crashes on Redis', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startRedisGround()
  })
  afterAll(() => ground?.stop())

  describeKills(() => ground)
  describeRestarts(() => ground)
})
