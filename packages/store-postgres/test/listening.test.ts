import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import { listenOnPool, type ListeningTimes } from '../src/listen-on-pool.ts'
import {
  describeWithOwnPostgres,
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { revocationOf } from './revocations.ts'
import { startProcess } from './start-process.ts'

const listenersText = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND (query LIKE 'LISTEN %' OR query LIKE '%AS channel')`

describeWithPostgres('listening for revocations, two pools as two processes', () => {
  let server: PostgresServer
  let config: pg.PoolConfig
  let here: pg.Pool
  let there: pg.Pool

  beforeAll(async () => {
    server = await startPostgres()
  })

  beforeEach(async () => {
    config = await server.createDatabase()
    here = openPool(config)
    there = openPool(config)
    await createPostgresStore(there).migrate()
  })

  afterEach(() => Promise.all([here.end(), there.end()]))

  afterAll(() => server.stop())

  const append = (name: string) =>
    createPostgresStore(there).revocations.append([revocationOf(name)])

  async function terminateListeners(): Promise<void> {
    const { rows } = await there.query<{ pid: number }>(listenersText)
    for (const { pid } of rows) await there.query('SELECT pg_terminate_backend($1)', [pid])
  }

  it('goes on over another connection when the server ends it, and wakes once for what may be lost', async () => {
    const woken = counter()
    const end = await createPostgresStore(here).revocations.listen(woken.wake)
    await append('one')
    await woken.until(1)
    for (let round = 1; round <= 3; round++) {
      const before = woken.count
      await terminateListeners()
      await woken.until(before + 1)
      await append(`in round ${round}`)
      await woken.until(before + 2)
      expect(woken.count).toBe(before + 2)
    }
    await end()
    expect(here.totalCount).toBe(here.idleCount)
  })

  it('is not woken for what is known already', async () => {
    const woken = counter()
    const end = await createPostgresStore(here).revocations.listen(woken.wake)
    await append('one')
    await woken.until(1)
    await append('one')
    await append('one')
    // Notifications come in the order of their transactions.
    await append('two')
    await woken.until(2)
    await delay(50)
    expect(woken.count).toBe(2)
    await end()
  })

  it('ends no process, nor reports to the pool, when its connection breaks', async () => {
    const reported: Error[] = []
    here.removeAllListeners('error')
    here.on('error', (error) => reported.push(error))
    const woken = counter()
    const end = await createPostgresStore(here).revocations.listen(woken.wake)
    await terminateListeners()
    await woken.until(1)
    await end()
    expect(reported).toEqual([])
  })

  it('takes one connection for any number of listeners, and gives it back with the last', async () => {
    const { revocations } = createPostgresStore(here)
    const woken = Array.from({ length: 30 }, counter)
    const ends = await Promise.all(woken.map(({ wake }) => revocations.listen(wake)))
    expect(here.totalCount - here.idleCount).toBe(1)
    await append('one')
    for (const each of woken) await each.until(1)
    for (const end of ends.slice(1)) await end()
    await append('two')
    await woken[0]!.until(2)
    expect(woken[1]!.count).toBe(1)
    await ends[0]!()
    expect(here.totalCount - here.idleCount).toBe(0)
    // Nobody else gets it: it would go on listening.
    const { rows } = await here.query(`SELECT pg_listening_channels()`)
    expect(rows).toEqual([])
  })

  it('ends when the store is closed', async () => {
    const store = createPostgresStore(here)
    const woken = counter()
    const end = await store.revocations.listen(woken.wake)
    await store.close()
    expect(here.totalCount - here.idleCount).toBe(0)
    await append('one')
    await end()
    const again = await store.revocations.listen(woken.wake)
    await append('two')
    await woken.until(1)
    await again()
    expect(woken.count).toBe(1)
  })

  it('refuses a pool of one connection, which keeps working', async () => {
    const single = openPool({ ...config, max: 1 })
    const { revocations } = createPostgresStore(single)
    await expect(revocations.listen(() => undefined)).rejects.toThrow(
      'Listening takes a connection for itself, and this pool has no more than one: make it with max: 2 or more',
    )
    await revocations.append([revocationOf('one')])
    await single.end()
  })

  it('takes half of a pool at most, for the stores of however many schemas, and gives back what ended', async () => {
    const shared = openPool({ ...config, max: 4 })
    const stores = ['listen_a', 'listen_b', 'listen_c'].map((schema) =>
      createPostgresStore(shared, { schema, migrate: true }),
    )
    for (const store of stores) await store.ready()
    const [one, two, three] = stores.map(({ revocations }) => revocations)
    const end = await one!.listen(() => undefined)
    await two!.listen(() => undefined)
    await expect(three!.listen(() => undefined)).rejects.toThrow(
      'Of the 4 connections of this pool, 2 listen for stores of other schemas already',
    )
    await three!.append([revocationOf('one')])
    await end()
    await three!.listen(() => undefined)
    await Promise.all(stores.map((store) => store.close()))
    await shared.end()
  })

  it('rejects where the server cannot be reached, and can be tried again', async () => {
    const nowhere = openPool({ host: '127.0.0.1', port: 1, user: 'nobody' })
    const { revocations } = createPostgresStore(nowhere)
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(revocations.listen(() => undefined)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
    await nowhere.end()
  })

  it('rejects where the tables are missing, and leaves no connection behind', async () => {
    const { revocations } = createPostgresStore(here, { schema: 'nowhere' })
    await expect(revocations.listen(() => undefined)).rejects.toMatchObject({ code: '3F000' })
    expect(here.totalCount - here.idleCount).toBe(0)
  })

  it('one schema does not wake another, and names it or not', async () => {
    const woken = { stated: counter(), found: counter(), other: counter() }
    const stated = createPostgresStore(here, { schema: 'public' })
    const found = createPostgresStore(here)
    const other = createPostgresStore(here, { schema: 'Order' })
    await other.migrate()
    await stated.revocations.listen(woken.stated.wake)
    await found.revocations.listen(woken.found.wake)
    await other.revocations.listen(woken.other.wake)
    await append('one')
    await woken.stated.until(1)
    await woken.found.until(1)
    await other.revocations.append([revocationOf('two')])
    await woken.other.until(1)
    expect([woken.stated.count, woken.found.count, woken.other.count]).toEqual([1, 1, 1])
    for (const store of [stated, found, other]) await store.close()
  })

  it('keeps no process that has nothing else to do', async () => {
    const listener = startProcess('listen-and-leave', JSON.stringify(config))
    expect(await listener.next()).toBe('listening')
    await once(listener.child, 'exit')
    expect(listener.child.exitCode).toBe(0)
  })

  describe('with times that a test can wait for', () => {
    const channelText = `SELECT 'gatewarden_' || 'gatewarden_revocation_head'::regclass::oid AS channel`
    const times: ListeningTimes = {
      checkEvery: 50,
      answerWithin: 500,
      firstRetry: 10,
      longestRetry: 50,
    }
    let proxy: Proxy

    beforeEach(async () => {
      proxy = await startProxy(config.port!)
    })

    afterEach(() => proxy.stop())

    it('notices a connection on which nothing comes any more', async () => {
      const pool = openPool({ ...config, host: '127.0.0.1', port: proxy.port })
      const woken = counter()
      const end = await listenOnPool(pool, channelText, woken.wake, times)
      await append('one')
      await woken.until(1)
      proxy.swallow()
      await append('two')
      // Woken by the next connection, since this one tells of nothing.
      await woken.until(2)
      await append('three')
      await woken.until(3)
      await end()
      await pool.end()
    })

    it('goes on trying while the server is away', async () => {
      const pool = openPool({ ...config, host: '127.0.0.1', port: proxy.port })
      const woken = counter()
      const end = await listenOnPool(pool, channelText, woken.wake, times)
      proxy.refuse(true)
      while (proxy.refused < 5) await delay(5)
      expect(woken.count).toBe(0)
      proxy.refuse(false)
      await woken.until(1)
      await append('one')
      await woken.until(2)
      await end()
      await pool.end()
    })

    it('ends while it is trying', async () => {
      const pool = openPool({ ...config, host: '127.0.0.1', port: proxy.port })
      const end = await listenOnPool(pool, channelText, () => undefined, times)
      proxy.refuse(true)
      while (proxy.refused < 2) await delay(5)
      await end()
      await pool.end()
      const { refused } = proxy
      await delay(10 * times.longestRetry)
      expect(proxy.refused - refused).toBeLessThanOrEqual(1)
    })

    it('goes over to the tables that were made anew', async () => {
      const woken = counter()
      const end = await listenOnPool(here, channelText, woken.wake, times)
      await there.query(
        'DROP TABLE gatewarden_revocation_log, gatewarden_revocation_head, gatewarden_sessions, gatewarden_keys, gatewarden_migrations',
      )
      await createPostgresStore(there).migrate()
      await woken.until(1)
      const before = woken.count
      await append('one')
      await woken.until(before + 1)
      await end()
    })

    it('lets go when the pool is ended before it', async () => {
      const pool = openPool(config)
      await listenOnPool(pool, channelText, () => undefined, times)
      await pool.end()
      expect(pool.totalCount).toBe(0)
    })
  })
})

describeWithOwnPostgres('listening while the server crashes', () => {
  it('wakes when it is back, and for what comes then', async () => {
    const server = await startPostgres(['fsync=on'])
    const config = await server.createDatabase()
    const [here, there] = [openPool(config), openPool(config)]
    await createPostgresStore(there).migrate()
    const { revocations } = createPostgresStore(there)
    const woken = counter()
    const end = await createPostgresStore(here).revocations.listen(woken.wake)
    await revocations.append([revocationOf('one')])
    await woken.until(1)
    await server.crash?.()
    await woken.until(2)
    await revocations.append([revocationOf('two')])
    await woken.until(3)
    await end()
    await Promise.all([here.end(), there.end()])
    await server.stop()
  })
})

interface Counter {
  readonly count: number
  readonly wake: () => void
  /** Waits until there were so many calls. */
  until(count: number): Promise<void>
}

function counter(): Counter {
  let count = 0
  return {
    get count() {
      return count
    },
    wake: () => void count++,
    until: async (enough) => {
      for (const deadline = performance.now() + 30_000; count < enough;) {
        if (performance.now() > deadline) throw new Error(`woken ${count} times, not ${enough}`)
        await delay(5)
      }
    },
  }
}

interface Proxy {
  readonly port: number
  readonly refused: number
  /** From now on, nothing of the connections there are gets through, and nobody is told. */
  swallow(): void
  /** Whether connections are cut off, those there are and those that come. */
  refuse(isAway: boolean): void
  stop(): void
}

async function startProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isAway = false
  let refused = 0
  const server = createServer((client) => {
    client.on('error', () => undefined)
    if (isAway) {
      refused++
      client.destroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    upstream.on('error', () => undefined)
    client.pipe(upstream).pipe(client)
    pairs.add([client, upstream])
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
    pairs.clear()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get refused() {
      return refused
    },
    swallow: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe()
        upstream.unpipe()
      }
    },
    refuse: (given) => {
      isAway = given
      if (isAway) cut()
    },
    stop: () => {
      cut()
      server.close()
    },
  }
}
