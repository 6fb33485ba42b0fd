import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { createRedisStore, type RedisClient } from '../src/index.ts'
import { describeWithRedis, startRedis } from './redis-server.ts'
import { readOn, sampleRevocation } from './sample-revocation.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

/** As the README has them. */
const CLIENTS: Record<string, (url: string) => Promise<{ client: RedisClient; close(): void }>> = {
  'node-redis': async (url) => {
    const client = createClient({ url, disableOfflineQueue: true })
    client.on('error', ignore)
    await client.connect()
    return { client, close: () => void client.destroy() }
  },
  ioredis: async (url) => {
    const client = new Redis(url, { commandTimeout: 2_000 })
    client.on('error', ignore)
    return { client, close: () => void client.disconnect() }
  },
}

describeWithRedis('a server that is gone', () => {
  test.each(Object.entries(CLIENTS))(
    'is an error within seconds, and never an answer, through %s',
    async (_, connect) => {
      const server = await startRedis()
      const { client, close } = await connect(server.url)
      const store = createRedisStore(client)
      const { sessions, keys, revocations } = store
      const row = sampleSession()
      await store.ready()
      await sessions.insert(row)
      await revocations.append([sampleRevocation()])
      const begun = await revocations.snapshot(NOON)
      await server.stop()
      const replay = { handle: row.handle, generation: 0, now: NOON, late: false }
      const calls: Promise<unknown>[] = [
        sessions.insert(sampleSession()),
        sessions.find('unknown'),
        sessions.findBySid('unknown'),
        sessions.rotate(rotationOf(row)),
        sessions.replay(replay),
        sessions.revoke('unknown', NOON, 'logout'),
        sessions.list('nobody', NOON),
        keys.read(),
        keys.write('sealed', 0),
        revocations.append([sampleRevocation()]),
        revocations.snapshot(NOON),
        revocations.snapshot(NOON).then(({ pages }) => pages[Symbol.asyncIterator]().next()),
        readOn(revocations, begun.cursor),
        readOn(revocations, 'empty'),
        begun.pages[Symbol.asyncIterator]().next(),
        revocations.find([sampleRevocation().key]),
        revocations.listen(() => undefined),
        store.sweep(NOON),
        store.ready(),
      ]
      const began = performance.now()
      const settled = await Promise.allSettled(calls)
      expect(settled.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'))
      expect(performance.now() - began).toBeLessThan(10_000)
      close()
    },
  )
})

function ignore(): void {
  // The calls reject.
}
