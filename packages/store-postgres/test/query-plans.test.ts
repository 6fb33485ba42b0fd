import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { keyOf, revocationOf } from './revocations.ts'
import { NOON, rotationOf, sampleSession } from './sessions.ts'

describeWithPostgres('with 50,000 sessions and 100,000 revocations', () => {
  let server: PostgresServer
  let pool: pg.Pool

  beforeAll(async () => {
    server = await startPostgres()
    pool = openPool(await server.createDatabase())
    await createPostgresStore(pool).migrate()
    await pool.query(`
      INSERT INTO gatewarden_sessions
      SELECT 'handle ' || n, 'sid ' || n, 'subject ' || n % 10000, 'web', '', 0, ${NOON}, 0, NULL, NULL, ${NOON},
        ${NOON} + 3600, ${NOON} + n, NULL, NULL, '{}' FROM generate_series(1, 50000) AS n`)
    await pool.query(`
      INSERT INTO gatewarden_revocation_log
      SELECT n, ${NOON} + n, 9999999999, lpad(n::text, 24, 'k') FROM generate_series(1, 100000) AS n`)
    await pool.query('UPDATE gatewarden_revocation_head SET position = 100000')
    await pool.query('ANALYZE')
  })

  afterAll(async () => {
    await pool.end()
    await server.stop()
  })

  /** The plan of every statement that a call makes. */
  async function plansOf(
    call: (store: ReturnType<typeof createPostgresStore>) => unknown,
    schema?: string,
  ) {
    const plans: string[] = []
    const explaining = {
      totalCount: 1,
      connect: () => pool.connect(),
      query: async ({ text, values = [] }: { text: string; values?: unknown[] }) => {
        const { rows } = await pool.query({ text: `EXPLAIN ${text}`, values })
        plans.push(rows.map((row) => row['QUERY PLAN'] as string).join('\n'))
        return { rows: [{ position: 100_000, count: 0 }], rowCount: 0 }
      },
    }
    await call(createPostgresStore(explaining, { schema }))
    return plans
  }

  const row = sampleSession()
  const replay = { handle: row.handle, generation: 0, now: NOON, late: true }

  it.each<[string, string[], Parameters<typeof plansOf>[0]]>([
    ['find', ['gatewarden_sessions_pkey'], ({ sessions }) => sessions.find('x')],
    ['findBySid', ['gatewarden_sessions_sid_key'], ({ sessions }) => sessions.findBySid('x')],
    ['rotate', ['gatewarden_sessions_pkey'], ({ sessions }) => sessions.rotate(rotationOf(row))],
    ['replay', ['gatewarden_sessions_pkey'], ({ sessions }) => sessions.replay(replay)],
    [
      'revoke',
      ['gatewarden_sessions_sid_key'],
      ({ sessions }) => sessions.revoke('x', NOON, 'logout'),
    ],
    ['list', ['gatewarden_sessions_subject'], ({ sessions }) => sessions.list('subject 7', NOON)],
    [
      'sweep',
      ['gatewarden_sessions_expiry', 'gatewarden_sessions_pkey'],
      ({ sessions }) => sessions.sweep(NOON + 5_000),
    ],
    [
      'append',
      ['gatewarden_revocation_head', 'Conflict Arbiter Indexes: gatewarden_revocation_log_pkey'],
      ({ revocations }) => revocations.append([revocationOf('one')]),
    ],
    [
      'read',
      ['gatewarden_revocation_log_position_key'],
      ({ revocations }) => revocations.read(`${'0'.repeat(32)}.50000.`),
    ],
    [
      'find of revocations',
      ['gatewarden_revocation_log_pkey'],
      ({ revocations }) => revocations.find([keyOf('one'), keyOf('two')]),
    ],
    [
      'sweep of revocations',
      ['gatewarden_revocation_log_expiry', 'Tid Scan'],
      ({ revocations }) => revocations.sweep(NOON + 5_000),
    ],
  ])('%s is one statement that finds its rows by %j', async (_, indexes, call) => {
    const plans = await plansOf(call)
    expect(plans).toHaveLength(1)
    for (const index of indexes) expect(plans[0]).toContain(index)
    // The head has one row, and no other way would be shorter.
    expect(plans[0]).not.toMatch(/Seq Scan on (?!gatewarden_revocation_head)/)
  })

  it('a snapshot is one statement for its cursor, and one a page', async () => {
    const plans = await plansOf(async ({ revocations }) => {
      for await (const page of (await revocations.snapshot(NOON + 50_000)).pages)
        expect(page).toBeUndefined()
    })
    expect(plans).toHaveLength(2)
    for (const plan of plans) {
      expect(plan).toContain('gatewarden_revocation_log_position_key')
      expect(plan).not.toMatch(/Seq Scan on (?!gatewarden_revocation_head)/)
    }
  })

  it('a snapshot goes by positions also where the statistics are from before a burst', async () => {
    const schema = 'burst'
    await createPostgresStore(pool, { schema }).migrate()
    const log = `${schema}.gatewarden_revocation_log`
    const fill = (count: number, until: number) =>
      pool.query(`
        INSERT INTO ${log}
        SELECT n, ${until}, 9999999999, lpad(n::text, 24, 'k') FROM generate_series(1, ${count}) AS n`)
    await fill(5_000, NOON - 1)
    await pool.query(`ANALYZE ${log}; TRUNCATE ${log}`)
    await fill(50_000, NOON + 900)
    const plans = await plansOf(async ({ revocations }) => {
      for await (const page of (await revocations.snapshot(NOON)).pages)
        expect(page).toBeUndefined()
    }, schema)
    expect(plans[1]).toContain('gatewarden_revocation_log_position_key')
    expect(plans[1]).not.toContain('gatewarden_revocation_log_expiry')
  })

  it('refreshing moves no index entry: every update is a heap-only tuple', async () => {
    const { sessions } = createPostgresStore(pool)
    await sessions.insert(row)
    let head = row
    for (let count = 0; count < 300; count++) {
      const next = await sessions.rotate(rotationOf(head))
      await sessions.replay({ ...replay, handle: row.handle, generation: head.generation + 1 })
      head = next ?? head
    }
    expect(head.generation).toBe(300)
    const { rows } = await untilReported(600)
    expect(Number(rows[0].n_tup_hot_upd) / Number(rows[0].n_tup_upd)).toBeGreaterThan(0.98)
  })

  /** A connection reports what it did once a second. */
  async function untilReported(updates: number) {
    for (;;) {
      await delay(50)
      const result = await pool.query(
        `SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'gatewarden_sessions'`,
      )
      if (Number(result.rows[0].n_tup_upd) >= updates) return result
    }
  }

  it('a sweep takes as many batches as it needs, and counts them all', async () => {
    const store = createPostgresStore(pool)
    expect(await store.sessions.sweep(NOON + 4_500)).toBe(4_500)
    expect(await store.revocations.sweep(NOON + 3_000)).toBe(3_000)
    expect(await store.sweep(NOON + 4_500)).toBe(1_500)
    expect(await store.sweep(NOON + 4_500)).toBe(0)
  })
})
