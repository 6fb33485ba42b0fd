import { createRedisStore } from '../src/index.ts'
import { clusterClients, connectIoredis, connectNodeRedis, singleClients } from './clients.ts'
import {
  describeWithRedis,
  freshPrefix,
  type RedisCluster,
  type RedisServer,
  startCluster,
  startRedis,
} from './redis-server.ts'

const EVICTING = [
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
]

const warnings: unknown[][] = []
const { emitWarning } = process
beforeEach(() => {
  warnings.length = 0
  process.emitWarning = (...given: unknown[]) => void warnings.push(given)
})
afterEach(() => {
  process.emitWarning = emitWarning
})

describeWithRedis('a server that evicts', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())
  afterEach(() => server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction'))

  describe.each(Object.entries(singleClients))('through %s', (_, connect) => {
    test.each(EVICTING)('is refused with %s, memory limit or not', async (policy) => {
      server.cli('CONFIG', 'SET', 'maxmemory-policy', policy)
      const { client, close } = await connect(server.url)
      await expect(createRedisStore(client).ready()).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        option: 'evictionPolicy',
        message: expect.stringContaining(`is ${policy}`),
      })
      close()
    })

    it('is taken when the check is waived in writing', async () => {
      server.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      const { client, close } = await connect(server.url)
      await createRedisStore(client, { evictionPolicy: 'unchecked' }).ready()
      close()
    })

    it('is taken with noeviction, and warned of by nobody', async () => {
      const { client, close } = await connect(server.url)
      await createRedisStore(client).ready()
      close()
      expect(warnings).toEqual([])
    })
  })

  describe.each([
    ['node-redis over RESP3', (url: string) => connectNodeRedis(url)],
    ['node-redis over RESP2', (url: string) => connectNodeRedis(url, 2)],
    ['ioredis', async (url: string) => connectIoredis(url, { enableReadyCheck: false })],
  ])('whose user may not ask, through %s', (_, connect) => {
    async function readyFor(rules: string[], options = {}) {
      server.cli('ACL', 'SETUSER', 'app', 'reset', 'on', '>pass', '~*', '+@all', ...rules)
      const { client, close } = await connect(server.url.replace('//', '//app:pass@'))
      try {
        await createRedisStore(client, options).ready()
      } finally {
        close()
      }
    }

    it('is judged by INFO where CONFIG is forbidden', async () => {
      await readyFor(['-config'])
      server.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
      await expect(readyFor(['-config'])).rejects.toThrow('is volatile-ttl')
    })

    it('is judged by CONFIG where INFO is forbidden', async () => {
      await readyFor(['-info'])
      server.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
      await expect(readyFor(['-info'])).rejects.toThrow('is volatile-ttl')
    })

    it('is refused where both are, with the option that waives the check', async () => {
      await expect(readyFor(['-info', '-config'])).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        option: 'evictionPolicy',
        message: expect.stringContaining("evictionPolicy: 'unchecked'"),
      })
      await readyFor(['-info', '-config'], { evictionPolicy: 'unchecked' })
    })

    it('is refused where scripts are forbidden, with what the server said', async () => {
      await expect(readyFor(['-@scripting'])).rejects.toThrow('NOPERM')
    })
  })
})

describeWithRedis('a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 300_000)
  afterAll(() => cluster?.stop())

  describe.each(Object.entries(clusterClients))('through %s', (_, connect) => {
    test.each([0, 1, 2])('is refused when only node %i evicts', async (index) => {
      const { client, close } = await connect(cluster.ports)
      await createRedisStore(client).ready()
      cluster.nodes[index]?.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      await expect(createRedisStore(client).ready()).rejects.toThrow('is allkeys-lru')
      cluster.nodes[index]?.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      close()
    })
  })
})

describeWithRedis('a server without an append-only file', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis(['appendonly', 'no'])
  })
  afterAll(() => server?.stop())

  describe.each(Object.entries(singleClients))('through %s', (_, connect) => {
    it('is warned of once, with what a restart forgets', async () => {
      server.cli('CONFIG', 'SET', 'save', '')
      const { client, close } = await connect(server.url)
      const store = createRedisStore(client)
      await Promise.all([store.ready(), store.ready()])
      await store.ready()
      close()
      expect(warnings).toEqual([
        [
          expect.stringContaining('every session, every logout and the signing keys'),
          { type: 'GatewardenWarning', code: 'GATEWARDEN_REDIS_NOT_PERSISTENT' },
        ],
      ])
    })

    it('is warned of when it takes snapshots: they are minutes apart', async () => {
      server.cli('CONFIG', 'SET', 'save', '3600 1')
      const { client, close } = await connect(server.url)
      await createRedisStore(client).ready()
      close()
      expect(warnings).toEqual([[expect.stringContaining('last snapshot'), expect.anything()]])
    })

    it('is not warned of when that is waived in writing', async () => {
      const { client, close } = await connect(server.url)
      await createRedisStore(client, { persistence: 'unchecked' }).ready()
      close()
      expect(warnings).toEqual([])
    })
  })
})

describeWithRedis('a client that answers with Buffers', () => {
  it('is refused, and told what to hand over instead', async () => {
    const server = await startRedis()
    const { client, close } = await connectNodeRedis(server.url)
    const buffers = client.withTypeMapping({ 36: Buffer })
    const store = createRedisStore(buffers, { prefix: freshPrefix() })
    await expect(store.ready()).rejects.toThrow('client.withTypeMapping({})')
    await createRedisStore(buffers.withTypeMapping({}), { prefix: freshPrefix() }).ready()
    close()
    await server.stop()
  })
})
