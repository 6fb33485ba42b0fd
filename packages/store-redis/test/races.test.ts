import { createRedisStore } from '../src/index.ts'
import { connectIoredis, connectNodeRedis } from './clients.ts'
import { describeWithRedis, freshPrefix, type RedisServer, startRedis } from './redis-server.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

describeWithRedis('two processes, one through each client', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  it('AS-24: a logout wins over refreshes that come at the same time', async () => {
    const prefix = freshPrefix()
    const one = connectIoredis(server.url)
    const two = await connectNodeRedis(server.url)
    const refreshing = createRedisStore(one.client, { prefix }).sessions
    const loggingOut = createRedisStore(two.client, { prefix }).sessions

    /** Resolves to how many refreshes came before the logout. */
    async function round(index: number): Promise<number> {
      const row = sampleSession()
      await refreshing.insert(row)
      let isOut = false
      const refresh = async () => {
        for (let generation = 0; ; generation++) {
          const wasOut = isOut
          const next = await refreshing.rotate(rotationOf(row, generation))
          if (next === undefined) return generation
          // It had resolved before this refresh was sent.
          expect(wasOut).toBe(false)
          expect(next.revokedAt).toBeNull()
        }
      }
      const logout = async () => {
        for (let turns = 0; turns < index % 4; turns++) await loggingOut.find(row.handle)
        expect(await loggingOut.revoke(row.sid, NOON + 5, 'logout')).toBe(true)
        isOut = true
      }
      const [count] = await Promise.all([refresh(), logout()])
      const left = await refreshing.find(row.handle)
      expect(left).toMatchObject({ generation: count, revokedAt: NOON + 5, revokedFor: 'logout' })
      expect(await loggingOut.rotate(rotationOf(row, count))).toBeUndefined()
      expect(await refreshing.list(row.subject, NOON)).not.toContainEqual(left)
      return count
    }

    const counts: number[] = []
    for (let batch = 0; batch < 20; batch++) {
      const rounds = Array.from({ length: 20 }, (_, index) => round(index))
      counts.push(...(await Promise.all(rounds)))
    }
    one.close()
    two.close()
    // Otherwise nothing raced.
    expect(new Set(counts).size).toBeGreaterThan(2)
  })
})
