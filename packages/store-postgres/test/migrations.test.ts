import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { keyOf, liveKeys, revocationOf } from './revocations.ts'
import { NOON, sampleSession } from './sessions.ts'

describeWithPostgres('migrations', () => {
  let server: PostgresServer
  let pools: pg.Pool[] = []

  beforeAll(async () => {
    server = await startPostgres()
  })

  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    pools = []
  })

  afterAll(() => server.stop())

  /** Pools on a database of their own, which is empty. */
  async function open(count: number, given: pg.PoolConfig = {}): Promise<pg.Pool[]> {
    const config = { ...(await server.createDatabase()), ...given }
    pools = Array.from({ length: count }, () => openPool(config))
    return pools
  }

  async function openOne(given: pg.PoolConfig = {}): Promise<pg.Pool> {
    const [pool] = await open(1, given)
    return pool!
  }

  async function tablesIn(pool: pg.Pool): Promise<string[]> {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
       WHERE tablename LIKE 'gatewarden%' ORDER BY 1`,
    )
    return rows.map(({ name }) => name)
  }

  const tablesOf = (schema: string) =>
    ['keys', 'migrations', 'revocation_head', 'revocation_log', 'sessions'].map(
      (name) => `${schema}.gatewarden_${name}`,
    )

  it('make the tables of an empty database', async () => {
    const pool = await openOne()
    const store = createPostgresStore(pool)
    await store.migrate()
    await store.ready()
    expect(await tablesIn(pool)).toEqual(tablesOf('public'))
    const { rows } = await pool.query('SELECT * FROM gatewarden_migrations ORDER BY version')
    expect(rows).toEqual([
      { version: 1, name: '0001-sessions-keys-revocations.sql' },
      { version: 2, name: '0002-revocation-log.sql' },
    ])
  })

  it('change nothing the second time', async () => {
    const store = createPostgresStore(await openOne())
    await store.migrate()
    const row = sampleSession()
    await store.sessions.insert(row)
    await store.migrate()
    expect(await store.sessions.find(row.handle)).toEqual(row)
  })

  it.each(['read committed', 'serializable'])(
    'are made once when twelve processes start together, with %s as the default',
    async (isolation) => {
      const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
      const all = await open(12, { options, max: 1 })
      await Promise.all(all.map((pool) => createPostgresStore(pool).migrate()))
      const { rows } = await all[0]!.query('SELECT version FROM gatewarden_migrations ORDER BY 1')
      expect(rows).toEqual([{ version: 1 }, { version: 2 }])
    },
  )

  it('are made once when ready() does it in twelve processes', async () => {
    const all = await open(12, { max: 1 })
    const stores = all.map((pool) => createPostgresStore(pool, { migrate: true }))
    await Promise.all(stores.map((store) => store.ready()))
    expect(await tablesIn(all[0]!)).toEqual(tablesOf('public'))
  })

  it('leave nothing behind when one fails, and the connection is not used again', async () => {
    const pool = await openOne({ max: 1 })
    await pool.query('CREATE TABLE gatewarden_revocations (something_else integer)')
    const store = createPostgresStore(pool)
    await expect(store.migrate()).rejects.toMatchObject({ code: '42P07' })
    expect(await tablesIn(pool)).toEqual(['public.gatewarden_revocations'])
    await expect(store.ready()).rejects.toThrow('run store.migrate()')
  })

  it.each([
    ['the server ends it', '57P01'],
    ['the network does', 'ECONNRESET'],
  ])('reject, and end no process, when their connection breaks off: %s', async (_, code) => {
    const [pool, blocking] = await open(2)
    const client = await blocking!.connect()
    await client.query('BEGIN; CREATE TABLE gatewarden_migrations (version integer)')
    let socket: Socket | undefined
    pool!.on('connect', (connected) => {
      socket = (connected as unknown as { connection: { stream: Socket } }).connection.stream
    })
    const rejected = expect(createPostgresStore(pool!).migrate()).rejects.toMatchObject({ code })
    const find = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
    let found = await blocking!.query(find)
    while (found.rowCount === 0) found = await blocking!.query(find)
    if (code === '57P01')
      await blocking!.query('SELECT pg_terminate_backend($1)', [found.rows[0].pid])
    else socket!.destroy(Object.assign(new Error('read ECONNRESET'), { code }))
    await rejected
    await client.query('ROLLBACK')
    client.release()
    await createPostgresStore(pool!).migrate()
  })

  it('are not made by ready() of a pool unless it is asked to', async () => {
    const pool = await openOne()
    await expect(createPostgresStore(pool).ready()).rejects.toThrow(
      'The tables of Gatewarden are missing in this database, or older than this package: run store.migrate() when ' +
        'you deploy, or create the store with { migrate: true }',
    )
    expect(await tablesIn(pool)).toEqual([])
    await createPostgresStore(pool, { migrate: true }).ready()
    expect(await tablesIn(pool)).toEqual(tablesOf('public'))
    await createPostgresStore(pool).ready()
  })

  it('make a log of the table of before, and carry none of its rows over, which say not whose they are', async () => {
    const pool = await openOne()
    const first = new URL('../sql/0001-sessions-keys-revocations.sql', import.meta.url)
    await pool.query(
      `CREATE TABLE gatewarden_migrations (version integer PRIMARY KEY, name text NOT NULL);
       INSERT INTO gatewarden_migrations VALUES (1, '0001-sessions-keys-revocations.sql');
       ${await readFile(first, 'utf8')}`,
    )
    const row = sampleSession()
    const store = createPostgresStore(pool)
    await store.sessions.insert(row)
    await pool.query(`INSERT INTO gatewarden_revocations VALUES ('sid', 'one', ${NOON})`)
    await expect(store.ready()).rejects.toThrow('run store.migrate()')

    await store.migrate()
    await store.ready()
    expect(await tablesIn(pool)).toEqual(tablesOf('public'))
    expect(await store.sessions.find(row.handle)).toEqual(row)
    expect(await liveKeys(store.revocations)).toEqual(new Set())
    await store.revocations.append([revocationOf('one')])
    expect(await liveKeys(store.revocations)).toEqual(new Set([keyOf('one')]))
  })

  it('refuse a database that a newer version has migrated', async () => {
    const pool = await openOne()
    const store = createPostgresStore(pool, { migrate: true })
    await store.migrate()
    await pool.query(`INSERT INTO gatewarden_migrations VALUES (3, '0003-of-next-year.sql')`)
    const message =
      'The tables of Gatewarden are at version 3, and this version of @gatewarden/store-postgres knows them up to 2: ' +
      'update it'
    await expect(store.migrate()).rejects.toThrow(message)
    await expect(store.ready()).rejects.toThrow(message)
  })

  it('keep to the schema that is stated, whatever it is called', async () => {
    const pool = await openOne()
    const inOrder = createPostgresStore(pool, { schema: 'Order' })
    const inPublic = createPostgresStore(pool)
    await expect(inOrder.ready()).rejects.toThrow('run store.migrate()')
    await inOrder.migrate()
    expect(await tablesIn(pool)).toEqual(tablesOf('Order'))
    await expect(inPublic.ready()).rejects.toThrow('run store.migrate()')
    await inPublic.migrate()

    const row = sampleSession()
    await inOrder.sessions.insert(row)
    await inOrder.keys.write('sealed', 0)
    await inOrder.revocations.append([revocationOf('one')])
    expect(await inPublic.sessions.list('alice', NOON)).toEqual([])
    expect(await inPublic.keys.read()).toBeUndefined()
    expect(await liveKeys(inPublic.revocations)).toEqual(new Set())
    expect(await liveKeys(inOrder.revocations)).toEqual(new Set([keyOf('one')]))
    expect(await inOrder.sessions.list('alice', NOON)).toEqual([row])
    // The connection is as it was.
    expect((await pool.query('SHOW search_path')).rows[0].search_path).toBe('"$user", public')
  })

  it('need no right to create schemas where the schema is there', async () => {
    const pool = await openOne()
    const role = `gatewarden_role_${process.pid}`
    await pool.query(`CREATE ROLE ${role}; CREATE SCHEMA auth AUTHORIZATION ${role}`)
    const limited = openPool({ ...pool.options, options: `-c role=${role}` })
    pools.push(limited)
    const store = createPostgresStore(limited, { schema: 'auth' })
    await store.migrate()
    await store.ready()
    await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })

  it('are not needed again by a role that may only read and write', async () => {
    const pool = await openOne()
    const role = `gatewarden_writer_${process.pid}`
    await createPostgresStore(pool).migrate()
    await pool.query(
      `CREATE ROLE ${role};
       GRANT SELECT, INSERT, UPDATE, DELETE ON gatewarden_sessions, gatewarden_keys, gatewarden_revocation_log,
         gatewarden_revocation_head TO ${role};
       GRANT SELECT ON gatewarden_migrations TO ${role}`,
    )
    const limited = openPool({ ...pool.options, options: `-c role=${role}` })
    pools.push(limited)
    const store = createPostgresStore(limited, { migrate: true })
    await store.ready()
    const row = sampleSession()
    await store.sessions.insert(row)
    const end = await store.revocations.listen(() => undefined)
    await store.revocations.append([revocationOf('one')])
    expect(await store.sweep(NOON + 86_400)).toBe(2)
    await end()
    await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })
})
