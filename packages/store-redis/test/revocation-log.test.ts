import { createRedisStore } from '../src/index.ts'
import { connectIoredis, connectNodeRedis, singleClients } from './clients.ts'
import {
  describeWithRedis,
  freshPrefix,
  type RedisServer,
  startRedis,
  until,
} from './redis-server.ts'
import {
  byKey,
  readOn,
  sampleRevocation,
  sampleRevocations,
  snapshotOf,
} from './sample-revocation.ts'
import { NOON } from './sample-session.ts'

/** What the README says that a process needs which only reads. */
const READING = ['+evalsha', '+eval', '+hget', '+hgetall', '+xrange', '+xrevrange', '+subscribe']

describeWithRedis('the revocation log', () => {
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

  function open(client = redis.client, prefix = freshPrefix()) {
    const { revocations } = createRedisStore(client, { prefix, persistence: 'unchecked' })
    return { prefix, stream: `${prefix}{revocations}:recent`, log: revocations }
  }

  describe.each(Object.entries(singleClients))('through %s', (_, connect) => {
    it('survives kill -9, and so do cursors and a snapshot under way', async () => {
      const { client, close } = await connect(server.url)
      const { revocations: log } = createRedisStore(client, { prefix: freshPrefix() })
      const entries = sampleRevocations(3_000)
      await log.append(entries)
      const snapshot = await log.snapshot(NOON)
      const pages = snapshot.pages[Symbol.asyncIterator]()
      const first: unknown = (await pages.next()).value
      expect(first).not.toBe('')
      await server.killAndRestart()
      await retried(() => log.find([]).then(() => log.snapshot(NOON)))
      const rest: unknown[] = []
      for await (const page of { [Symbol.asyncIterator]: () => pages }) rest.push(page)
      expect([first, ...rest].join('')).toHaveLength(3_000 * 44)
      expect((await snapshotOf(log)).held).toEqual(byKey(entries))
      const last = sampleRevocation()
      await log.append([last])
      expect((await readOn(log, snapshot.cursor))?.read).toEqual([last])
      close()
    })
  })

  it('does not know a cursor from before FLUSHALL, whatever came since', async () => {
    const { log } = open()
    const cursors: string[] = [(await log.snapshot(NOON)).cursor]
    const entry = sampleRevocation()
    await log.append([entry])
    cursors.push((await log.snapshot(NOON)).cursor)
    redis.client.flushall().catch(() => undefined)
    for (const cursor of cursors) expect(await log.read(cursor)).toBeUndefined()
    await log.append([entry])
    for (const cursor of cursors) expect(await log.read(cursor)).toBeUndefined()
    expect((await snapshotOf(log)).held).toEqual([entry])
  })

  it.each([
    ['trimmed to nothing', (stream: string) => redis.client.xtrim(stream, 'MAXLEN', 0)],
    ['deleted', (stream: string) => redis.client.del(stream)],
  ])('of which the recent part was %s, has all the rest, and says so', async (_, take) => {
    const { log, stream } = open()
    const before = sampleRevocations(10)
    await log.append(before)
    const { cursor } = await log.snapshot(NOON)
    const unseen = sampleRevocation()
    await log.append([unseen])
    await take(stream)
    expect(await log.read(cursor)).toBeUndefined()
    const begun = await snapshotOf(log)
    expect(begun.held).toEqual(byKey([...before, unseen]))
    const after = sampleRevocation()
    await log.append([after])
    expect(await log.read(cursor)).toBeUndefined()
    expect((await readOn(log, begun.cursor))?.read).toEqual([after])
  })

  it('does not know a cursor whose entry is another one, as after a failover', async () => {
    const { log, stream } = open()
    const [one, lost, other] = sampleRevocations(3)
    await log.append([one!])
    const kept = (await log.snapshot(NOON)).cursor
    await log.append([lost!])
    const { cursor } = await log.snapshot(NOON)
    const [id = ''] = cursor.split('/')
    await redis.client.xdel(stream, id)
    expect(await log.read(cursor)).toBeUndefined()
    await redis.client.xsetid(stream, kept.split('/')[0] ?? '')
    const row = `${other!.key}${other!.until}${other!.issuedUpTo}`
    await redis.client.xadd(stream, id, 'row', row)
    expect(await log.read(cursor)).toBeUndefined()
    expect((await readOn(log, kept))?.read).toEqual([other])
  })

  it('of a replica that took over without the tail, tells who is ahead of it', async () => {
    const prefix = freshPrefix()
    const { log } = open(redis.client, prefix)
    const replica = await startRedis(['replicaof', `127.0.0.1 ${server.port}`])
    const [one, lost, other] = sampleRevocations(3)
    await log.append([one!])
    const kept = await log.snapshot(NOON)
    await redis.client.wait(1, 5_000)
    await until(
      () => replica.cli('EXISTS', `${prefix}{revocations}:recent`) === '1',
      'it is copied',
    )
    replica.cli('REPLICAOF', 'NO', 'ONE')
    await log.append([lost!])
    const ahead = await log.snapshot(NOON)
    const connection = connectIoredis(replica.url)
    const promoted = open(connection.client, prefix).log
    for (const write of [() => undefined, () => promoted.append([other!])]) {
      await write()
      expect(await promoted.read(ahead.cursor)).toBeUndefined()
    }
    expect((await readOn(promoted, kept.cursor))?.read).toEqual([other])
    connection.close()
    await replica.stop()
  })

  it('takes a burst of 100,000, through two clients, and a reader misses none', async () => {
    const other = await connectNodeRedis(server.url)
    const { log, stream, prefix } = open()
    const logs = [log, createRedisStore(other.client, { prefix }).revocations]
    const { cursor: begin } = await log.snapshot(NOON)
    const entries = sampleRevocations(100_000)
    const held = new Set<string>()
    let isOver = false
    const reading = (async () => {
      for (let cursor = begin; ;) {
        const wasOver = isOver
        const page = await readOn(log, cursor)
        for (const { key } of page?.read ?? (await snapshotOf(log)).held) held.add(key)
        if (wasOver || page === undefined) return
        cursor = page.cursor
      }
    })()
    const share = entries.length / 8
    const calls = Array.from({ length: 8 }, (_, index) =>
      logs[index % 2]!.append(entries.slice(index * share, (index + 1) * share)),
    )
    await Promise.all(calls)
    isOver = true
    await reading
    expect(held.size).toBe(100_000)
    expect((await snapshotOf(log)).held).toHaveLength(100_000)
    // One more block, and the oldest go.
    await log.append(sampleRevocations(1_000))
    expect(await redis.client.xlen(stream)).toBeLessThan(100_500)
    expect(await log.read(begin)).toBeUndefined()
    other.close()
  }, 300_000)

  it('takes no notice of what it knows: nothing is added, and nobody is woken', async () => {
    const { log, stream, prefix } = open()
    const entry = sampleRevocation({ issuedUpTo: NOON })
    await log.append([entry, entry])
    const subscriber = connectIoredis(server.url)
    let messages = 0
    await subscriber.client.subscribe(`${prefix}{revocations}`)
    subscriber.client.on('message', () => messages++)
    for (const less of [entry, { ...entry, until: 0 }, { ...entry, issuedUpTo: 0 }])
      await log.append([less])
    expect(await redis.client.xlen(stream)).toBe(1)
    await log.append([{ ...entry, until: entry.until + 1 }])
    await subscriber.client.ping()
    expect(messages).toBe(1)
    subscriber.close()
  })

  it('of two clients that race for one key, keeps the latest of each time', async () => {
    const other = await connectNodeRedis(server.url)
    const { log, prefix } = open()
    const logs = [log, createRedisStore(other.client, { prefix }).revocations]
    const { cursor } = await log.snapshot(NOON)
    const { key } = sampleRevocation()
    const raced = Array.from({ length: 200 }, (_, index) => ({
      key,
      until: NOON + ((index * 77) % 200),
      issuedUpTo: NOON + ((index * 33) % 200),
    }))
    await Promise.all(raced.map((entry, index) => logs[index % 2]!.append([entry])))
    const latest = { key, until: NOON + 199, issuedUpTo: NOON + 199 }
    expect((await snapshotOf(log)).held).toEqual([latest])
    expect((await readOn(log, cursor))?.read.at(-1)).toEqual(latest)
    other.close()
  })

  it('does not take for done what was written only in part', async () => {
    const { log, stream, prefix } = open()
    const entry = sampleRevocation()
    await log.append([sampleRevocation()])
    const { cursor } = await log.snapshot(NOON)
    const shard = `${prefix}{revocations}:${entry.key.slice(0, 2)}`
    await redis.client.rename(stream, `${stream}2`)
    await redis.client.set(stream, 'something else')
    await expect(log.append([entry])).rejects.toThrow('WRONGTYPE')
    expect(await redis.client.exists(shard)).toBe(0)
    await redis.client.rename(`${stream}2`, stream)
    await log.append([entry])
    expect((await readOn(log, cursor))?.read).toEqual([entry])
  })

  describe('in which somebody else has written what is no row', () => {
    const malformed: [string, string][] = [
      ['k'.repeat(24), 'junk'],
      ['k'.repeat(24), `${NOON + 900}`],
      ['k'.repeat(24), 'x'.repeat(20)],
      ['k'.repeat(23), '9'.repeat(20)],
      ['k'.repeat(25), '9'.repeat(20)],
      ['!'.repeat(24), '9'.repeat(20)],
    ]

    it.each(malformed)('has all the rest for a new process: %s, %s', async (field, value) => {
      const { log, prefix } = open()
      const entry = sampleRevocation()
      await log.append([entry])
      const shards = ['kk', entry.key.slice(0, 2)].map((name) => `${prefix}{revocations}:${name}`)
      for (const shard of shards) await redis.client.hset(shard, field, value)
      expect((await snapshotOf(log)).held).toEqual([entry])
    })

    it.each(malformed)('is swept as if that were not there: %s, %s', async (field, value) => {
      const { log, prefix } = open()
      const [gone, kept] = [
        sampleRevocation({ until: NOON, key: `kk${'g'.repeat(22)}` }),
        sampleRevocation({ key: `kk${'h'.repeat(22)}` }),
      ]
      await log.append([gone, kept])
      await redis.client.hset(`${prefix}{revocations}:kk`, field, value)
      expect(await log.sweep(NOON)).toBe(1)
      expect((await snapshotOf(log)).held).toEqual([kept])
    })

    it('takes a revocation in the place of a value that is none', async () => {
      const { log, prefix } = open()
      const [entry, other] = sampleRevocations(2)
      const { cursor } = await log.snapshot(NOON)
      await redis.client.hset(
        `${prefix}{revocations}:${entry!.key.slice(0, 2)}`,
        entry!.key,
        'junk',
      )
      await log.append([entry!, other!])
      expect((await snapshotOf(log)).held).toEqual(byKey([entry!, other!]))
      expect((await readOn(log, cursor))?.read).toEqual([entry, other])
    })

    it.each(['junk', '!'.repeat(44), 'k'.repeat(44), 'k'.repeat(24), '9'.repeat(88), ''])(
      'sends readers back to a snapshot once, and they read on from there: %j',
      async (text) => {
        const { log, stream } = open()
        const [one, two, three, four] = sampleRevocations(4)
        await log.append([one!])
        const { cursor } = await log.snapshot(NOON)
        await log.append([two!])
        await redis.client.xadd(stream, '*', 'row', text)
        expect(await log.read(cursor)).toBeUndefined()
        // While it is the last, and when it no longer is.
        const first = await snapshotOf(log)
        expect(first.held).toEqual(byKey([one!, two!]))
        expect(await readOn(log, first.cursor)).toMatchObject({ read: [] })
        await log.append([three!])
        expect(await log.read(cursor)).toBeUndefined()
        expect((await readOn(log, first.cursor))?.read).toEqual([three])
        const second = await snapshotOf(log)
        await log.append([four!])
        expect((await readOn(log, second.cursor))?.read).toEqual([four])
      },
    )
  })

  describe('for a user who may only do some things', () => {
    async function openFor(rules: string[], prefix = freshPrefix()) {
      server.cli('ACL', 'SETUSER', 'app', 'reset', 'on', '>pass', `~${prefix}*`, ...rules)
      const { client, close } = await connectNodeRedis(server.url.replace('//', '//app:pass@'))
      return { ...open(client as never, prefix), close }
    }

    it('can be appended to by who must not publish', async () => {
      const { log, close } = await openFor(['+@all'])
      const entry = sampleRevocation()
      const { cursor } = await log.snapshot(NOON)
      await log.append([entry])
      expect((await readOn(log, cursor))?.read).toEqual([entry])
      await expect(log.listen(() => undefined)).rejects.toThrow('NOPERM')
      close()
    })

    it('can be followed by who must not write, from its beginning on', async () => {
      const prefix = freshPrefix()
      const reading = await openFor([...READING, `&${prefix}*`], prefix)
      const { log: writing } = open(redis.client, prefix)
      const [one, two] = sampleRevocations(2)
      const begun = await snapshotOf(reading.log)
      expect(await reading.log.read(begun.cursor)).toMatchObject({ rows: '', hasMore: false })
      let calls = 0
      const end = await reading.log.listen(() => calls++)
      await writing.append([one!])
      await until(() => calls > 0, 'it was woken')
      expect(await reading.log.read(begun.cursor)).toBeUndefined()
      const { cursor, held } = await snapshotOf(reading.log)
      expect(held).toEqual([one])
      await writing.append([two!])
      expect((await readOn(reading.log, cursor))?.read).toEqual([two])
      expect(await reading.log.find([one!.key])).not.toBe('')
      await expect(reading.log.append([one!])).resolves.toBeUndefined()
      await expect(reading.log.append([sampleRevocation()])).rejects.toThrow(
        /NOPERM|can't run this command/,
      )
      await end()
      reading.close()
    })
  })
})

/** Until the client has found the server again. */
async function retried(call: () => Promise<unknown>): Promise<void> {
  for (const began = performance.now(); ;) {
    try {
      await call()
      return
    } catch (error) {
      if (performance.now() - began > 10_000) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
