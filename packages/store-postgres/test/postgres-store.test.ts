import { storeSuite } from '@gatewarden/testing'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { keyOf, liveKeys, readAll, revocationOf } from './revocations.ts'
import { NOON, sampleSession } from './sessions.ts'

describeWithPostgres('the store on PostgreSQL, two pools as two processes', () => {
  let server: PostgresServer
  let one: pg.Pool
  let other: pg.Pool

  beforeAll(async () => {
    server = await startPostgres()
    const config = await server.createDatabase()
    one = openPool(config)
    other = openPool(config)
    await createPostgresStore(one).migrate()
  })

  afterAll(async () => {
    await Promise.all([one.end(), other.end()])
    await server.stop()
  })

  storeSuite(async () => {
    // Not TRUNCATE, which waits for new files to be on the disk.
    for (const name of ['sessions', 'keys', 'revocation_log', 'revocation_head'])
      await one.query(`DELETE FROM gatewarden_${name}`)
    return {
      store: createPostgresStore(one),
      again: async () => createPostgresStore(other),
      close: async () => undefined,
    }
  })

  it('says that it outlives the process', () => {
    expect(createPostgresStore(one)).toMatchObject({ name: 'postgres', isDurable: true })
  })

  it('leaves a client that was given open when it is closed', async () => {
    await createPostgresStore(one).close()
    expect((await one.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  it('rejects with what the driver says, as it is', async () => {
    const pool = openPool({ host: '127.0.0.1', port: 1, user: 'nobody' })
    const store = createPostgresStore(pool)
    const refused = expect.objectContaining({ code: 'ECONNREFUSED' })
    await expect(store.ready()).rejects.toEqual(refused)
    await expect(store.migrate()).rejects.toEqual(refused)
    await expect(store.sessions.find('handle')).rejects.toEqual(refused)
    await expect(store.sessions.revoke('sid', 1, 'logout')).rejects.toEqual(refused)
    await pool.end()
  })

  it('refuses a text that PostgreSQL would change on the way: no two subjects become one', async () => {
    const { sessions, revocations } = createPostgresStore(one)
    await expect(sessions.list('alice\ud800', 1)).rejects.toThrow('half of a surrogate pair')
    await expect(sessions.list('alice\0', 1)).rejects.toThrow('U+0000')
    await expect(revocations.find(['\udfff'])).rejects.toThrow('half of a surrogate pair')
    await expect(sessions.list('alice\u{1f469}', 1)).resolves.toEqual([])
  })

  it('works with type parsers of the application’s own', async () => {
    const types = { getTypeParser: () => (text: string) => text }
    const pool = openPool({ ...(await server.createDatabase()), types })
    const store = createPostgresStore(pool, { migrate: true })
    await store.ready()
    await store.ready()
    await store.keys.write('sealed', 0)
    expect(await store.keys.read()).toEqual({ revision: 1, sealed: 'sealed' })
    const { cursor } = await store.revocations.snapshot(NOON)
    await store.revocations.append([revocationOf('one')])
    expect(await liveKeys(store.revocations, NOON)).toEqual(new Set([keyOf('one')]))
    expect(await readAll(store.revocations, cursor)).toMatchObject({ keys: [keyOf('one')] })
    const row = sampleSession({ lateGeneration: 1, lateAt: NOON + 0.1 })
    await store.sessions.insert(row)
    expect(await store.sessions.find(row.handle)).toEqual(row)
    await pool.end()
  })
})
