import { Redis } from 'ioredis'
import { createClientPool } from 'redis'
import { createRedisStore, type RedisClient } from '../src/index.ts'
import { clusterClients, connectIoredis, connectIoredisCluster, singleClients } from './clients.ts'
import {
  describeWithRedis,
  freshPrefix,
  type RedisCluster,
  type RedisServer,
  startCluster,
  startRedis,
  until,
} from './redis-server.ts'
import { sampleRevocation } from './sample-revocation.ts'

describeWithRedis('whoever listens on a single server', () => {
  let server: RedisServer
  let other: ReturnType<typeof connectIoredis>
  beforeAll(async () => {
    server = await startRedis()
    other = connectIoredis(server.url)
  })
  afterAll(async () => {
    other?.close()
    await server?.stop()
  })

  const listeners = () => server.cli('CLIENT', 'LIST', 'TYPE', 'pubsub').split('\n').filter(Boolean)

  function open(client: RedisClient, prefix = freshPrefix()) {
    const log = createRedisStore(client, { prefix }).revocations
    const theirs = createRedisStore(other.client, { prefix }).revocations
    return { log, append: () => theirs.append([sampleRevocation()]) }
  }

  /** Whether what another process appends is told, and ending it closes what was opened. */
  async function expectWoken(client: RedisClient) {
    const { log, append } = open(client)
    let calls = 0
    const end = await log.listen(() => calls++)
    expect(listeners()).toHaveLength(1)
    for (let round = 0; round < 3; round++) {
      const before = calls
      await append()
      await until(() => calls > before, 'it was woken')
    }
    await end()
    await until(() => listeners().length === 0, 'the connection is closed')
    const before = calls
    await append()
    await end()
    expect(calls).toBe(before)
  }

  describe.each(Object.entries(singleClients))('through %s', (_, connect) => {
    it('is woken when another process appends, over a connection that it closes', async () => {
      const { client, close } = await connect(server.url)
      await expectWoken(client)
      close()
    })

    it('is woken once its connection is back, and again from then on', async () => {
      const { client, close } = await connect(server.url)
      const { log, append } = open(client)
      let calls = 0
      const end = await log.listen(() => calls++)
      for (let round = 0; round < 3; round++) {
        const before = calls
        server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')
        // Nobody appends: it may have missed something.
        await until(() => calls > before, 'it was woken after the cut')
        const back = calls
        await append()
        await until(() => calls > back, 'it was woken again')
      }
      await end()
      close()
    })

    it('outlives a server that is killed and comes back', async () => {
      const { client, close } = await connect(server.url)
      const { log, append } = open(client)
      let calls = 0
      const end = await log.listen(() => calls++)
      await server.killAndRestart()
      await until(() => calls > 0, 'it was woken after the restart')
      const back = calls
      await append()
      await until(() => calls > back, 'it was woken again')
      await end()
      close()
    })

    it('is told where a client has no second connection to give', async () => {
      const { client, close } = await connect(server.url)
      const odd = Object.create(client, { duplicate: { value: undefined } }) as RedisClient
      await expect(open(odd).log.listen(() => undefined)).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        option: 'client',
        message: expect.stringContaining('cannot be duplicated'),
      })
      close()
    })
  })

  it('gets a connection of its own from a pool of node-redis', async () => {
    const pool = createClientPool({ url: server.url })
    pool.on('error', () => undefined)
    await pool.connect()
    await expectWoken(pool)
    pool.destroy()
  })

  it.each([
    ['a prefix of its own', { keyPrefix: 'tenant:' }],
    ['no queue while it is offline', { enableOfflineQueue: false }],
    ['no subscriptions by itself', { autoResubscribe: false }],
  ])('may have an ioredis client with %s', async (_, options) => {
    const client = new Redis(server.url, options)
    client.on('error', () => undefined)
    await new Promise((resolve) => client.once('ready', resolve))
    const { log, append } = open(client)
    let calls = 0
    const end = await log.listen(() => calls++)
    server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => calls > 0, 'it was woken after the cut')
    const back = calls
    await append()
    await until(() => calls > back, 'it was woken again')
    await end()
    client.disconnect()
  })
})

describeWithRedis('whoever listens in a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 300_000)
  afterAll(() => cluster?.stop())

  const killListeners = () => {
    for (const node of cluster.nodes) node.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')
  }

  test.each(Object.entries(clusterClients))(
    'is woken wherever the log is, also after a cut, through %s',
    async (_, connect) => {
      const { client, close } = await connect(cluster.ports)
      const other = connectIoredisCluster(cluster.ports)
      // Several prefixes: their slots are on several nodes.
      for (let round = 0; round < 5; round++) {
        const prefix = freshPrefix()
        const { revocations: log } = createRedisStore(client, { prefix })
        const { revocations: theirs } = createRedisStore(other.client, { prefix })
        let calls = 0
        const end = await log.listen(() => calls++)
        await theirs.append([sampleRevocation()])
        await until(() => calls > 0, 'it was woken')
        killListeners()
        // A message may come before the connection is back.
        for (const back = calls, began = performance.now(); calls === back;) {
          await theirs.append([sampleRevocation()])
          if (performance.now() - began > 10_000) throw new Error('It was not woken again.')
        }
        await end()
        const over = calls
        await theirs.append([sampleRevocation()])
        expect(calls).toBe(over)
      }
      other.close()
      close()
    },
    60_000,
  )
})
