import type { IssuerStore, SessionRow } from '@gatewarden/core'
import type { Redis } from 'ioredis'
import { createRedisStore } from '../src/index.ts'
import { clusterClients, connectIoredis, singleClients } from './clients.ts'
import {
  describeWithRedis,
  freshPrefix,
  type RedisCluster,
  type RedisServer,
  startCluster,
  startRedis,
} from './redis-server.ts'
import { readOn, sampleRevocation, sampleRevocations, snapshotOf } from './sample-revocation.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

describeWithRedis('scripts on a single server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  test.each(Object.entries(singleClients))(
    'are sent again when the server forgot them in between, through %s',
    async (_, connect) => {
      const { client, close } = await connect(server.url)
      const flush = () => server.cli('SCRIPT', 'FLUSH')
      await rotateWhileForgetting(createRedisStore(client, { prefix: freshPrefix() }), flush)
      close()
    },
  )

  it('name one key each, so that no two have to be in one slot; of revocations all share one', async () => {
    const { client, close } = connectIoredis(server.url)
    const calls: string[][] = []
    const watched = Object.create(client) as Redis
    watched.evalsha = ((sha: string, keys: number, ...rest: string[]) => {
      calls.push(rest.slice(0, keys))
      return client.evalsha(sha, keys, ...rest)
    }) as typeof client.evalsha
    const prefix = freshPrefix()
    await doEverything(createRedisStore(watched, { prefix }))
    close()
    const kindsOf = (keys: string[]) =>
      [...new Set(keys.map((key) => key.slice(prefix.length).replace(/:.*/, '…')))].sort()
    expect(kindsOf(calls.flat())).toEqual([
      ...['{ends…', '{keys}', '{revocations}…', '{session…', '{sid…', '{subject…'],
    ])
    const several = calls.filter((keys) => keys.length > 1)
    expect(several.length).toBeGreaterThan(0)
    for (const keys of several) expect(kindsOf(keys)).toEqual(['{revocations}…'])
    // A script that reaches for a key it did not name is refused by a Cluster: the store suite runs on one.
  })

  it("reject with the server's own error, and never as if there were nothing", async () => {
    const { client, close } = connectIoredis(server.url)
    const prefix = freshPrefix()
    const store = createRedisStore(client, { prefix })
    const row = sampleSession()
    await store.sessions.insert(row)
    await client.set(`${prefix}{session:${row.handle}}`, 'something else')
    const error = 'this key holds no session of Gatewarden'
    await expect(store.sessions.rotate(rotationOf(row))).rejects.toThrow(error)
    await expect(store.sessions.revoke(row.sid, NOON, 'logout')).rejects.toThrow(error)
    await expect(store.sessions.find(row.handle)).rejects.toThrow(SyntaxError)
    await client.del(`${prefix}{session:${row.handle}}`)
    await client.lpush(`${prefix}{session:${row.handle}}`, 'a list')
    await expect(store.sessions.rotate(rotationOf(row))).rejects.toThrow('WRONGTYPE')
    await expect(store.sessions.find(row.handle)).rejects.toThrow('WRONGTYPE')
    await client.set(`${prefix}{keys}`, 'something else')
    await expect(store.keys.write('sealed', 0)).rejects.toThrow('no signing keys of Gatewarden')
    close()
  })

  it('refuse times that are no numbers before anything is sent', async () => {
    const { client, close } = connectIoredis(server.url)
    const store = createRedisStore(client, { prefix: freshPrefix() })
    const row = sampleSession()
    await store.sessions.insert(row)
    for (const wrong of [NaN, Infinity]) {
      const { sessions, revocations } = store
      await expect(sessions.insert(sampleSession({ expiresAt: wrong }))).rejects.toThrow(TypeError)
      await expect(sessions.rotate({ ...rotationOf(row), now: wrong })).rejects.toThrow(TypeError)
      await expect(sessions.revoke(row.sid, wrong, 'logout')).rejects.toThrow(TypeError)
      await expect(sessions.list('alice', wrong)).rejects.toThrow(TypeError)
      await expect(store.sweep(wrong)).rejects.toThrow(TypeError)
      const entries = [sampleRevocation(), sampleRevocation({ until: wrong })]
      await expect(revocations.append(entries)).rejects.toThrow(TypeError)
      await expect(revocations.snapshot(wrong)).rejects.toThrow(TypeError)
      expect((await snapshotOf(revocations)).held).toEqual([])
    }
    await expect(store.sessions.find(row.handle)).resolves.toEqual(row)
    close()
  })

  it('set a time to live that is a duration, and keep it when the session is used', async () => {
    const { client, close } = connectIoredis(server.url)
    const prefix = freshPrefix()
    const { sessions } = createRedisStore(client, { prefix })
    // By the clock of the caller, decades from now.
    const row = sampleSession({ expiresAt: NOON + 1_000 })
    await sessions.insert(row)
    await sessions.rotate(rotationOf(row))
    await sessions.replay({ handle: row.handle, generation: 1, now: NOON + 61, late: false })
    await sessions.revoke(row.sid, NOON + 62, 'logout')
    for (const key of await client.keys(`${prefix}*`)) {
      const seconds = await client.ttl(key)
      expect(seconds).toBeGreaterThan(86_400 + 900)
      expect(seconds).toBeLessThanOrEqual(86_400 + 1_000)
    }
    close()
  })
})

describeWithRedis('scripts in a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 300_000)
  afterAll(() => cluster?.stop())

  test.each(Object.entries(clusterClients))(
    'are sent again to each node that forgot them in between, through %s',
    async (_, connect) => {
      const { client, close } = await connect(cluster.ports)
      const flush = () => {
        for (const node of cluster.nodes) node.cli('SCRIPT', 'FLUSH')
      }
      await rotateWhileForgetting(createRedisStore(client, { prefix: freshPrefix() }), flush)
      close()
    },
  )

  it('are told their key by hand where the client does not know it, as in redis 4', async () => {
    const { client, close } = await clusterClients['node-redis']!(cluster.ports)
    const old = Object.create(client, { withTypeMapping: { value: undefined } }) as typeof client
    const store = createRedisStore(old, { prefix: freshPrefix() })
    await store.ready()
    await rotateWhileForgetting(store, () => cluster.nodes[1]?.cli('SCRIPT', 'FLUSH'))
    close()
  })

  it('go where the text between the braces belongs', () => {
    const node = cluster.nodes[0]
    const slotOf = (key: string) => node?.cli('CLUSTER', 'KEYSLOT', key)
    expect(slotOf('gatewarden:{session:abc}')).toBe(slotOf('session:abc'))
    expect(slotOf('gatewarden:{sid:abc}')).toBe(slotOf('other:{sid:abc}'))
    expect(slotOf('gatewarden:{session:abc}')).not.toBe(slotOf('gatewarden:{sid:abc}'))
  })
})

/** 40 sessions are used 10 times each, and the server forgets every script several times meanwhile. */
async function rotateWhileForgetting({ sessions }: IssuerStore, forget: () => void) {
  const rows = Array.from({ length: 40 }, () => sampleSession())
  await Promise.all(rows.map((row) => sessions.insert(row)))
  const use = async (row: SessionRow) => {
    for (let generation = 0; generation < 10; generation++)
      expect(await sessions.rotate(rotationOf(row, generation))).toBeDefined()
  }
  const used = Promise.all(rows.map(use))
  for (let times = 0; times < 5; times++) {
    forget()
    await new Promise(setImmediate)
  }
  await used
  for (const row of rows) expect(await sessions.find(row.handle)).toMatchObject({ generation: 10 })
}

async function doEverything(store: IssuerStore): Promise<void> {
  const { sessions, keys, revocations } = store
  const row = sampleSession({ subject: '}{:', sid: '{}', handle: '}:{' })
  await store.ready()
  await sessions.insert(row)
  await expect(sessions.insert({ ...row, sid: 'other' })).rejects.toThrow('handle')
  await expect(sessions.insert({ ...row, handle: 'other' })).rejects.toThrow('sid')
  await sessions.rotate(rotationOf(row))
  await sessions.replay({ handle: row.handle, generation: 1, now: NOON + 61, late: true })
  await sessions.findBySid(row.sid)
  await sessions.revoke(row.sid, NOON + 62, 'logout')
  await sessions.list(row.subject, NOON)
  await keys.write('sealed', 0)
  await keys.read()
  const { cursor } = await snapshotOf(revocations)
  const entries = sampleRevocations(300)
  await revocations.append(entries)
  expect((await readOn(revocations, cursor))?.read).toEqual(entries)
  expect(await revocations.read('empty')).toBeUndefined()
  await revocations.find(entries.map(({ key }) => key))
  expect(await store.sweep(row.expiresAt)).toBe(301)
  await store.close()
}
