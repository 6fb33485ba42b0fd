import type { SessionRow } from '@gatewarden/core'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { liveKeys, readAll, revocationOf } from './revocations.ts'
import { NOON, rotationOf, sampleSession } from './sessions.ts'

describeWithPostgres('whatever default_transaction_isolation is', () => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await startPostgres()
  })

  afterAll(() => server.stop())

  describe.each(['read committed', 'repeatable read', 'serializable'])('with %s', (isolation) => {
    let config: pg.PoolConfig
    let one: pg.Pool
    let other: pg.Pool

    beforeAll(async () => {
      config = await server.createDatabase()
      const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
      one = openPool({ ...config, options })
      other = openPool({ ...config, options })
      await createPostgresStore(one).migrate()
    })

    afterAll(() => Promise.all([one.end(), other.end()]))

    const stores = () => [createPostgresStore(one), createPostgresStore(other)] as const

    async function inserted(given: Partial<SessionRow> = {}): Promise<SessionRow> {
      const row = sampleSession(given)
      await stores()[0].sessions.insert(row)
      return row
    }

    it('is the one that the connections have', async () => {
      const { rows } = await one.query('SHOW transaction_isolation')
      expect(rows[0].transaction_isolation).toBe(isolation)
    })

    it('AS-09: fifty presentations at once give one successor, and nobody else an error', async () => {
      for (let round = 0; round < 10; round++) {
        const row = await inserted()
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            stores()[index % 2]!.sessions.rotate(rotationOf(row)),
          ),
        )
        expect(results.filter((result) => result !== undefined)).toHaveLength(1)
        expect((await stores()[0].sessions.find(row.handle))?.generation).toBe(1)
      }
    })

    it('replays that meet a rotation cost it nothing: it is not taken for one that has lost', async () => {
      for (let round = 0; round < 20; round++) {
        const row = await inserted({ generation: 1 })
        const step = { handle: row.handle, generation: 1, now: NOON + 60, late: true }
        const [head] = await Promise.all([
          stores()[0].sessions.rotate(rotationOf(row)),
          ...[0, 1, 1, 0, 1].map((index) => stores()[index]!.sessions.replay(step)),
        ])
        expect(head?.generation).toBe(2)
      }
    })

    it('all replays at once are counted', async () => {
      const row = await inserted({ generation: 1 })
      const step = { handle: row.handle, generation: 1, now: NOON + 60, late: false }
      // Few, because with the stricter ones each has to try until it meets no other.
      await Promise.all([0, 1, 0, 1].map((index) => stores()[index]!.sessions.replay(step)))
      expect((await stores()[0].sessions.find(row.handle))?.replays).toBe(4)
    })

    it('of two that write the first keys, or the next, one does', async () => {
      for (let revision = 0; revision < 5; revision++) {
        const wrote = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            stores()[index % 2]!.keys.write(`by ${index}`, revision),
          ),
        )
        expect(wrote.filter(Boolean)).toHaveLength(1)
      }
    })

    it('of many that revoke a session, one has done it', async () => {
      const row = await inserted()
      const revoked = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          stores()[index % 2]!.sessions.revoke(row.sid, NOON + index, 'logout'),
        ),
      )
      expect(revoked.filter(Boolean)).toHaveLength(1)
    })

    it('the same revocations in any order, and sweeps between them, do not deadlock', async () => {
      const entries = Array.from({ length: 2_000 }, (_, index) => revocationOf(index, NOON + index))
      const lists = [entries, entries.toReversed(), entries.slice(0, 200), entries.slice(100, 500)]
      for (let round = 0; round < 10; round++) {
        const later = (list: typeof entries) =>
          list.map((entry) => ({ ...entry, until: entry.until + round }))
        await Promise.all([
          ...lists.map((list, index) => stores()[index % 2]!.revocations.append(later(list))),
          stores()[0].revocations.sweep(NOON + 150),
          stores()[1].revocations.sweep(NOON + 150),
        ])
      }
      const live = await liveKeys(stores()[0].revocations, NOON + 159)
      expect(live.size).toBe(1_849)
    })

    it('of 400 that append at once, 60 of them on the server, none is given up, and each is read in its place', async () => {
      const pools = [0, 1].map(() => openPool({ ...one.options, max: 30 }))
      const { cursor } = await stores()[0].revocations.snapshot(NOON)
      const entries = Array.from({ length: 400 }, (_, index) => revocationOf(`at once ${index}`))
      await Promise.all(
        entries.map((entry, index) =>
          createPostgresStore(pools[index % 2]!).revocations.append([entry]),
        ),
      )
      const { rows } = await one.query<{ key: string }>(
        'SELECT key FROM gatewarden_revocation_log ORDER BY position DESC LIMIT 400',
      )
      const read = await readAll(stores()[1].revocations, cursor)
      expect(read?.keys).toEqual(rows.map(({ key }) => key).reverse())
      expect(new Set(read?.keys)).toEqual(new Set(entries.map(({ key }) => key)))
      await Promise.all(pools.map((pool) => pool.end()))
    })

    it('sweeps of two processes at once drop each session once', async () => {
      await one.query('DELETE FROM gatewarden_sessions')
      for (let count = 0; count < 60; count++) await inserted({ expiresAt: NOON + (count % 2) })
      const swept = await Promise.all(stores().map((store) => store.sessions.sweep(NOON)))
      expect(swept[0]! + swept[1]!).toBe(30)
      expect((await one.query('SELECT 1 FROM gatewarden_sessions')).rowCount).toBe(30)
    })
  })
})
