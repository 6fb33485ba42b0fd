import { createRedisStore } from '../src/index.ts'
import { connectIoredis } from './clients.ts'
import { describeWithRedis, freshPrefix, type RedisServer, startRedis } from './redis-server.ts'
import { sampleRevocation, snapshotOf } from './sample-revocation.ts'
import { NOON, sampleSession } from './sample-session.ts'

const HOSTILE = ['}', '{', '{}', '}{', 'a}:{b', ':', '', '*', 'a\0b', 'a\r\nb', 'é', '\u{1f512}']

describeWithRedis('the names of keys', () => {
  let server: RedisServer
  let redis: ReturnType<typeof connectIoredis>
  beforeAll(async () => {
    server = await startRedis()
    redis = connectIoredis(server.url)
  })
  afterAll(async () => {
    redis?.close()
    await server?.stop()
  })

  it('keep two prefixes apart, also when one starts with the other', async () => {
    const prefix = freshPrefix()
    const prefixes = [prefix, `${prefix}session:`, `${prefix}sid`, prefix.slice(0, -1)]
    const stores = prefixes.map((each) => createRedisStore(redis.client, { prefix: each }))
    const row = sampleSession()
    const revoked = stores.map((_, index) => sampleRevocation({ until: NOON + index }))
    for (const [index, { sessions, keys, revocations }] of stores.entries()) {
      expect(await sessions.find(row.handle)).toBeUndefined()
      expect(await sessions.findBySid(row.sid)).toBeUndefined()
      expect(await sessions.list('alice', NOON)).toEqual([])
      expect(await keys.read()).toBeUndefined()
      expect((await snapshotOf(revocations, 0)).held).toEqual([])
      await sessions.insert({ ...row, data: String(index) })
      expect(await keys.write(`sealed ${index}`, 0)).toBe(true)
      await revocations.append(revoked.slice(index, index + 1))
    }
    await stores[0]?.sessions.revoke(row.sid, NOON, 'logout')
    for (const [index, { sessions, keys, revocations }] of stores.entries()) {
      const isRevoked = index === 0
      expect(await sessions.find(row.handle)).toMatchObject({
        data: String(index),
        revokedAt: isRevoked ? NOON : null,
      })
      expect(await keys.read()).toEqual({ revision: 1, sealed: `sealed ${index}` })
      expect((await snapshotOf(revocations, 0)).held).toEqual([revoked[index]])
    }
    expect(await stores[1]?.sweep(row.expiresAt)).toBe(2)
    expect(await stores[2]?.sessions.find(row.handle)).toBeDefined()
  })

  it('hold no subject, whatever it is', async () => {
    const prefix = freshPrefix()
    const { sessions } = createRedisStore(redis.client, { prefix })
    await sessions.insert(sampleSession({ subject: 'alice@example.com' }))
    const names = await redis.client.keys(`${prefix}*`)
    expect(names.length).toBeGreaterThan(3)
    expect(names.join()).not.toContain('alice')
  })

  it('take any subject, sid and handle for what it is', async () => {
    const { sessions } = createRedisStore(redis.client, { prefix: freshPrefix() })
    const rows = HOSTILE.map((text) => sampleSession({ handle: text, sid: text, subject: text }))
    for (const row of rows) await sessions.insert(row)
    for (const row of rows) {
      expect(await sessions.find(row.handle)).toEqual(row)
      expect(await sessions.findBySid(row.sid)).toEqual(row)
      expect(await sessions.list(row.subject, NOON)).toEqual([row])
    }
    expect(await sessions.revoke('}', NOON, 'logout')).toBe(true)
    expect(await sessions.findBySid('{}')).toMatchObject({ revokedAt: null })
    expect(await sessions.sweep(NOON + 86_400)).toBe(HOSTILE.length)
  })

  it('follow the prefix of the client, which comes before theirs', async () => {
    const prefix = freshPrefix()
    const own = connectIoredis(server.url, { keyPrefix: 'tenant:' })
    const { sessions } = createRedisStore(own.client, { prefix })
    const row = sampleSession()
    await sessions.insert(row)
    expect(await sessions.findBySid(row.sid)).toEqual(row)
    own.close()
    expect(await redis.client.keys(`${prefix}*`)).toEqual([])
    expect(await redis.client.keys(`tenant:${prefix}{session:*`)).toHaveLength(1)
  })
})
