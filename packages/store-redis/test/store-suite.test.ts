import { storeSuite, type StoreSuiteOptions } from '@gatewarden/testing'
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

/**
 * What the scripts make of thousands of rows, and of wrong cursors, is the same whoever calls them: one client has them
 * do it on a single server, and one in a Cluster, each of another library.
 */
const OF_THE_SCRIPTS = /^\d+,\d{3} |^a cursor (that was tampered with|of a log that is no more) /
const ALSO_FOR_THE_SCRIPTS = ['node-redis over RESP3', 'ioredis in a Cluster']

it.each(ALSO_FOR_THE_SCRIPTS)(
  '%s is one of the clients: else nobody would test the scripts',
  (name) => {
    const inCluster = Object.keys(clusterClients).map((client) => `${client} in a Cluster`)
    expect([...Object.keys(singleClients), ...inCluster]).toContain(name)
  },
)

function testsFor(client: string): StoreSuiteOptions {
  if (ALSO_FOR_THE_SCRIPTS.includes(client)) return {}
  return {
    it(title, run) {
      if (!OF_THE_SCRIPTS.test(title)) it(title, run)
    },
  }
}

describeWithRedisUrl('createRedisStore on a single server', () => {
  let server: Awaited<ReturnType<typeof redisUrl>>
  beforeAll(async () => {
    server = await redisUrl()
  })
  afterAll(() => server?.stop())

  describe.each(Object.entries(singleClients))('through %s', (client, connect) => {
    storeSuite(() => openStore(() => connect(server.url)), testsFor(client))
  })
})

describeWithRedis('createRedisStore on a Cluster of three masters', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 300_000)
  afterAll(() => cluster?.stop())

  describe.each(Object.entries(clusterClients))('through %s', (client, connect) => {
    storeSuite(() => openStore(() => connect(cluster.ports)), testsFor(`${client} in a Cluster`))
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
