import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { keyOf, liveKeys, readAll, revocationOf } from './revocations.ts'
import { NOON } from './sessions.ts'

describeWithPostgres('the revocation log on PostgreSQL', () => {
  let server: PostgresServer
  let config: pg.PoolConfig
  let pool: pg.Pool

  beforeAll(async () => {
    server = await startPostgres()
  })

  beforeEach(async () => {
    config = await server.createDatabase()
    pool = openPool(config)
    await createPostgresStore(pool).migrate()
  })

  afterEach(() => pool.end())

  afterAll(() => server.stop())

  const log = () => createPostgresStore(pool).revocations
  const append = (...names: (string | number)[]) =>
    log().append(names.map((name) => revocationOf(name)))
  const endOf = async () => (await log().snapshot(NOON)).cursor

  /** The statement of an append, on a connection whose transaction is ours to end. */
  async function appendOn(connection: pg.PoolClient, name: string): Promise<void> {
    const through = { totalCount: 1, query: connection.query.bind(connection), connect: never }
    await createPostgresStore(through).revocations.append([revocationOf(name)])
  }

  const never = () => Promise.reject(new Error('no connection is needed'))

  it('writers that commit out of order: the second waits for the first, and a reader misses none', async () => {
    const [one, two] = [await pool.connect(), await pool.connect()]
    let cursor = await endOf()
    const read: string[] = []
    const catchUp = async () => {
      const page = await readAll(log(), cursor)
      read.push(...page!.keys)
      cursor = page!.cursor
    }
    await one.query('BEGIN')
    await two.query('BEGIN')
    await appendOn(one, 'first')
    let isSecondThere = false
    const second = appendOn(two, 'second').then(async () => {
      isSecondThere = true
      await two.query('COMMIT')
    })
    let waiting = 0
    while (waiting === 0 && !isSecondThere) {
      await catchUp()
      waiting = await countWaiting()
    }
    await catchUp()
    await one.query('COMMIT')
    await second
    one.release()
    two.release()
    await append('third')
    await catchUp()
    expect(read).toEqual(['first', 'second', 'third'].map(keyOf))
  })

  async function countWaiting(): Promise<number> {
    const { rows } = await pool.query<{ count: string }>(
      `SELECT count(*) AS count FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    )
    return Number(rows[0]?.count)
  }

  describe('while a transaction that is left open holds the head', () => {
    let holder: pg.PoolClient
    let own: pg.Pool

    beforeEach(async () => {
      holder = await pool.connect()
      await holder.query('BEGIN')
      await holder.query('SELECT FROM gatewarden_revocation_head FOR UPDATE')
    })

    afterEach(async () => {
      holder.release(true)
      await own.end()
    })

    const appendThrough = (name: string) =>
      createPostgresStore(own).revocations.append([revocationOf(name)])

    /** One connection, so that whatever comes next is on the one that has appended. */
    function openOwn(given: pg.PoolConfig = {}): void {
      own = openPool({ ...config, max: 1, ...given })
    }

    it('an append gives up within seconds, and leaves nothing behind', async () => {
      openOwn()
      const began = performance.now()
      await expect(appendThrough('one')).rejects.toMatchObject({ code: '55P03' })
      expect(performance.now() - began).toBeLessThan(6_000)
      expect(await countWaiting()).toBe(0)
      expect((await own.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
      await holder.query('ROLLBACK')
      await appendThrough('one')
      expect(await liveKeys(log())).toEqual(new Set([keyOf('one')]))
      expect((await own.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
    })

    it('the statement of a client that gave up earlier ends as well', async () => {
      openOwn({ query_timeout: 200 })
      await expect(appendThrough('one')).rejects.toThrow('timeout')
      expect(await countWaiting()).toBe(1)
      for (const deadline = performance.now() + 6_000; (await countWaiting()) > 0;) {
        expect(performance.now()).toBeLessThan(deadline)
        await delay(50)
      }
    })

    it('a limit that the database has counts instead', async () => {
      openOwn({ options: '-c lock_timeout=100ms' })
      const began = performance.now()
      await expect(appendThrough('one')).rejects.toMatchObject({ code: '55P03' })
      expect(performance.now() - began).toBeLessThan(3_000)
      expect((await own.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '100ms' }])
    })

    it('those that wait are done once it is let go', async () => {
      openOwn({ max: 5 })
      const names = ['one', 'two', 'three', 'four', 'five']
      const appended = Promise.all(names.map(appendThrough))
      while ((await countWaiting()) < 5) await delay(5)
      await holder.query('ROLLBACK')
      await appended
      expect(await liveKeys(log())).toEqual(new Set(names.map(keyOf)))
    })
  })

  it('what a writer has rolled back takes nobody’s place', async () => {
    const cursor = await endOf()
    const connection = await pool.connect()
    await connection.query('BEGIN')
    await appendOn(connection, 'never')
    await connection.query('ROLLBACK')
    connection.release()
    await append('one')
    expect(await readAll(log(), cursor)).toMatchObject({ keys: [keyOf('one')] })
    expect(await log().find([keyOf('never')])).toBe('')
  })

  it('many writers and a reader that never waits: it reads each once, and in one order', async () => {
    let cursor = await endOf()
    const read: string[] = []
    let isOver = false
    const reading = (async () => {
      for (let wasOver = false; !wasOver;) {
        wasOver = isOver
        const page = await readAll(log(), cursor)
        read.push(...page!.keys)
        cursor = page!.cursor
      }
    })()
    const names = Array.from({ length: 400 }, (_, index) => index)
    const writers = Array.from({ length: 8 }, async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) await append(name)
    })
    await Promise.all(writers)
    isOver = true
    await reading
    const { rows } = await pool.query<{ key: string }>(
      'SELECT key FROM gatewarden_revocation_log ORDER BY position',
    )
    expect(rows).toHaveLength(400)
    expect(read).toEqual(rows.map(({ key }) => key))
  })

  it('a list is appended in batches, each of which is there whole or not at all', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => index)
    const blocking = await pool.connect()
    await blocking.query('BEGIN')
    // In the way of the third batch.
    await appendRaw(blocking, 'blocked', 10_000)
    await blocking.query(`UPDATE gatewarden_revocation_log SET key = $1`, [keyOf('2400')])
    const appended = append(...names)
    let there = 0
    while (there < 2_000) {
      const { rows } = await pool.query('SELECT count(*) AS count FROM gatewarden_revocation_log')
      there = Number(rows[0].count)
      expect(there % 1_000).toBe(0)
    }
    await blocking.query('ROLLBACK')
    blocking.release()
    await appended
    expect((await liveKeys(log())).size).toBe(2_500)
  })

  async function appendRaw(connection: pg.PoolClient, name: string, position: number) {
    await connection.query(
      'INSERT INTO gatewarden_revocation_log (position, until, issued_up_to, key) VALUES ($1, $2, $2, $3)',
      [position, NOON, keyOf(name)],
    )
  }

  it('the same again writes no row, and moves none', async () => {
    await append('one', 'two')
    const rowsOf = () =>
      pool.query('SELECT position, ctid, * FROM gatewarden_revocation_log ORDER BY position')
    const before = (await rowsOf()).rows
    await append('one', 'two')
    expect((await rowsOf()).rows).toEqual(before)
  })

  describe('a cursor', () => {
    it('goes on after what it read was swept, and after all was', async () => {
      await log().append([revocationOf('one', NOON), revocationOf('two', NOON + 1)])
      const cursor = await endOf()
      await log().sweep(NOON + 1)
      expect(await readAll(log(), cursor)).toMatchObject({ keys: [] })
      await append('three')
      expect(await readAll(log(), cursor)).toMatchObject({ keys: [keyOf('three')] })
    })

    it('goes on where the last rows were swept before they were read', async () => {
      const cursor = await endOf()
      await log().append([revocationOf('one'), revocationOf('two', NOON)])
      await log().sweep(NOON)
      const read = await readAll(log(), cursor)
      expect(read?.keys).toEqual([keyOf('one')])
      await append('three')
      expect(await readAll(log(), read!.cursor)).toMatchObject({ keys: [keyOf('three')] })
    })

    it('is worth nothing when the log is behind it: an older state was restored', async () => {
      await append('one')
      const before = await endOf()
      await append('two', 'three')
      const after = await endOf()
      await setBack(1)
      expect(await readAll(log(), after)).toBeUndefined()
      expect(await readAll(log(), before)).toMatchObject({ keys: [] })
    })

    it.each(['less far', 'as far', 'further'])(
      'is worth nothing when the log was set back, and has gone on from there %s',
      async (how) => {
        await append('one')
        const before = await endOf()
        await append('two', 'three')
        const after = await endOf()
        await setBack(1)
        const names = ['four', 'five', 'six'].slice(
          0,
          ['less far', 'as far', 'further'].indexOf(how) + 1,
        )
        await append(...names)
        expect(await readAll(log(), after)).toBeUndefined()
        expect(await readAll(log(), before)).toMatchObject({ keys: names.map(keyOf) })
      },
    )

    /** As a backup of then has it. */
    async function setBack(position: number): Promise<void> {
      await pool.query('DELETE FROM gatewarden_revocation_log WHERE position > $1', [position])
      await pool.query('UPDATE gatewarden_revocation_head SET position = $1', [position])
    }

    it('goes on after the rows were truncated: there is nothing left that it could miss', async () => {
      await append('one', 'two')
      const cursor = await endOf()
      await pool.query('TRUNCATE gatewarden_revocation_log')
      expect(await readAll(log(), cursor)).toMatchObject({ keys: [] })
      await append('three')
      expect(await readAll(log(), cursor)).toMatchObject({ keys: [keyOf('three')] })
    })

    it.each(['append', 'snapshot'] as const)(
      'is worth nothing after everything was truncated, and the next %s makes another log',
      async (call) => {
        await append('one', 'two')
        const cursor = await endOf()
        await pool.query('TRUNCATE gatewarden_revocation_log, gatewarden_revocation_head')
        expect(await readAll(log(), cursor)).toBeUndefined()
        if (call === 'append') await append('three', 'four')
        else await endOf()
        expect(await readAll(log(), cursor)).toBeUndefined()
        const end = await endOf()
        await append('five')
        expect(await readAll(log(), end)).toMatchObject({ keys: [keyOf('five')] })
        expect((await liveKeys(log())).size).toBe(call === 'append' ? 3 : 1)
      },
    )

    it('is worth nothing after the head alone was lost, and no row is written over another', async () => {
      await append('one', 'two')
      const cursor = await endOf()
      await pool.query('DELETE FROM gatewarden_revocation_head')
      await Promise.all([append('three'), append('four'), append('five')])
      expect(await readAll(log(), cursor)).toBeUndefined()
      expect((await liveKeys(log())).size).toBe(5)
    })

    it('is worth nothing after the head alone was set back, and the next append puts it right', async () => {
      await append('one', 'two', 'three')
      const before = await endOf()
      await pool.query('UPDATE gatewarden_revocation_head SET position = 1')
      const between = await endOf()
      const more = ['four', 'five', 'six', 'seven']
      await Promise.all([...more.map((name) => append(name)), append('one')])
      for (const cursor of [before, between]) expect(await readAll(log(), cursor)).toBeUndefined()
      expect((await liveKeys(log())).size).toBe(7)
      const end = await endOf()
      await append('eight')
      expect(await readAll(log(), end)).toMatchObject({ keys: [keyOf('eight')] })
    })

    it('of another schema is worth nothing here', async () => {
      const other = createPostgresStore(pool, { schema: 'other' })
      await other.migrate()
      await other.revocations.append([revocationOf('one')])
      const { cursor } = await other.revocations.snapshot(NOON)
      await append('two')
      expect(await readAll(log(), cursor)).toBeUndefined()
    })
  })

  it('no row that readers could not take can be stored, whoever writes it', async () => {
    for (const values of [
      `1, 1, 1, 'short'`,
      `1, 1, 1, repeat('!', 24)`,
      `1, 1, 1, repeat('é', 24)`,
      `1, 1, 1, repeat('k', 24) || chr(10)`,
      `1, 10000000000, 1, '${keyOf('one')}'`,
      `1, 1, -1, '${keyOf('one')}'`,
    ])
      await expect(
        pool.query(
          `INSERT INTO gatewarden_revocation_log (position, until, issued_up_to, key) VALUES (${values})`,
        ),
      ).rejects.toMatchObject({ code: '23514' })
  })
})
