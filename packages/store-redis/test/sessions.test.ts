import { EventEmitter, once } from 'node:events'
import type { Redis } from 'ioredis'
import { createRedisStore } from '../src/index.ts'
import { connectIoredis } from './clients.ts'
import { describeWithRedis, freshPrefix, type RedisServer, startRedis } from './redis-server.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

const DAY = 86_400

describeWithRedis('sessions and their indexes', () => {
  let server: RedisServer
  let connection: ReturnType<typeof connectIoredis>
  let redis: Redis
  beforeAll(async () => {
    server = await startRedis()
    connection = connectIoredis(server.url)
    redis = connection.client
  })
  afterAll(async () => {
    connection?.close()
    await server?.stop()
  })

  function open(client = redis) {
    const prefix = freshPrefix()
    return { prefix, sessions: createRedisStore(client, { prefix }).sessions }
  }

  async function indexOf(prefix: string): Promise<string[]> {
    const [key = ''] = await redis.keys(`${prefix}{subject:*`)
    return redis.zrange(key, '0', '-1')
  }

  it('lists what is alive as often as asked, and forgets what was revoked', async () => {
    const { prefix, sessions } = open()
    const alive = sampleSession()
    const idle = sampleSession({ idleExpiresAt: NOON - 1 })
    const revoked = sampleSession()
    for (const row of [alive, idle, revoked]) await sessions.insert(row)
    await sessions.revoke(revoked.sid, NOON, 'logout')
    expect(await sessions.list('alice', NOON)).toEqual([alive])
    expect(await sessions.list('alice', NOON)).toEqual([alive])
    expect((await indexOf(prefix)).sort()).toEqual([alive.handle, idle.handle].sort())
    expect(await sessions.find(revoked.handle)).toMatchObject({ revokedAt: NOON })
  })

  it('lists a session whose insert was under way when the list was asked for before', async () => {
    const gate = new EventEmitter()
    const arrived = once(gate, 'arrived')
    const allowed = once(gate, 'allowed')
    const slow = Object.create(redis) as Redis
    slow.evalsha = (async (sha: string, keys: number, key: string, ...rest: string[]) => {
      if (key.includes('{session:')) {
        gate.emit('arrived')
        await allowed
      }
      return redis.evalsha(sha, keys, key, ...rest)
    }) as unknown as typeof slow.evalsha
    const { prefix, sessions } = open(slow)
    const others = createRedisStore(redis, { prefix }).sessions
    const row = sampleSession()
    const inserting = sessions.insert(row)
    await arrived
    expect(await others.list('alice', NOON)).toEqual([])
    gate.emit('allowed')
    await inserting
    expect(await others.list('alice', NOON)).toEqual([row])
  })

  it('a login forgets sessions of the subject that were over a day before, and no others', async () => {
    const { prefix, sessions } = open()
    const over = [NOON - DAY - 1, NOON - DAY, NOON - DAY + 1, NOON + 1].map((expiresAt) =>
      sampleSession({ createdAt: NOON - 9 * DAY, expiresAt }),
    )
    for (const row of over) await sessions.insert(row)
    const last = sampleSession()
    await sessions.insert(last)
    const left = [...over.slice(2), last].map(({ handle }) => handle)
    expect((await indexOf(prefix)).sort()).toEqual(left.sort())
  })

  it('an insert that fails for its handle leaves its sid to others', async () => {
    const { sessions } = open()
    const row = sampleSession()
    await sessions.insert(row)
    const second = sampleSession({ handle: row.handle })
    await expect(sessions.insert(second)).rejects.toThrow('There is a session with this handle.')
    const third = sampleSession({ sid: second.sid })
    await sessions.insert(third)
    expect(await sessions.findBySid(second.sid)).toEqual(third)
    expect(await sessions.findBySid(row.sid)).toEqual(row)
  })

  it('of one session inserted many times at once, one is kept and has its sid', async () => {
    const { sessions } = open()
    for (let round = 0; round < 20; round++) {
      const row = sampleSession({ subject: `subject ${round}` })
      const inserts = Array.from({ length: 10 }, () => sessions.insert(row))
      const settled = await Promise.allSettled(inserts)
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await sessions.findBySid(row.sid)).toEqual(row)
      expect(await sessions.list(row.subject, NOON)).toEqual([row])
    }
  })

  it('more sessions than go into one batch are listed and swept', async () => {
    const { sessions } = open()
    const rows = Array.from({ length: 600 }, (_, at) => sampleSession({ createdAt: NOON + at }))
    await Promise.all(rows.map((row) => sessions.insert(row)))
    expect(await sessions.list('alice', NOON)).toEqual(rows.reverse())
    expect(await sessions.sweep(NOON + DAY)).toBe(600)
  })

  it('a rotation sent twice is a lost race: the generation counts once', async () => {
    const twice = Object.create(redis) as Redis
    twice.evalsha = (async (...given: Parameters<Redis['evalsha']>) => {
      await redis.evalsha(...given)
      return redis.evalsha(...given)
    }) as unknown as typeof twice.evalsha
    const { prefix, sessions } = open(twice)
    const row = sampleSession()
    const others = createRedisStore(redis, { prefix }).sessions
    await others.insert(row)
    await others.rotate(rotationOf(row))
    // The server knows the script now, so that it is this which is sent twice.
    expect(await sessions.rotate(rotationOf(row, 1))).toBeUndefined()
    expect(await others.find(row.handle)).toMatchObject({ generation: 2 })
  })
})
