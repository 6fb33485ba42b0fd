import { storeSuite } from '@gatewarden/testing'
import { createRedisStore } from '../src/index.ts'
import { clusterClients, type Connection, singleClients } from './clients.ts'
import {
  describeWithRedis,
  describeWithRedisUrl,
  freshPrefix,
  redisUrl,
  type RedisCluster,
  startCluster,
} from './redis-server.ts'

describeWithRedisUrl('createRedisStore on a single server', () => {
  let server: Awaited<ReturnType<typeof redisUrl>>
  beforeAll(async () => {
    server = await redisUrl()
  })
  afterAll(() => server?.stop())

  describe.each(Object.entries(singleClients))('through %s', (_, connect) => {
    storeSuite(() => openStore(() => connect(server.url)))
  })
})

describeWithRedis('createRedisStore on a Cluster of three masters', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 300_000)
  afterAll(() => cluster?.stop())

  describe.each(Object.entries(clusterClients))('through %s', (_, connect) => {
    storeSuite(() => openStore(() => connect(cluster.ports)))
  })
})

/** Empty, because nobody else has its prefix. */
async function openStore(connect: () => Promise<Connection>) {
  const prefix = freshPrefix()
  const connections: Connection[] = []
  const again = async () => {
    const connection = await connect()
    connections.push(connection)
    return createRedisStore(connection.client, { prefix, persistence: 'unchecked' })
  }
  return {
    store: await again(),
    again,
    close: () => {
      for (const connection of connections) connection.close()
      return Promise.resolve()
    },
  }
}
