import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { NOON, rotationOf, sampleSession } from './sessions.ts'

describeWithPostgres('a logout in one process and refreshes in another', () => {
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

  it('AS-24: 400 times at once, the logout counts, and nothing is rotated after it', async () => {
    const here = createPostgresStore(one).sessions
    const there = createPostgresStore(other).sessions
    const seen = { refreshedFirst: 0, loggedOutFirst: 0 }
    for (let round = 0; round < 400; round++) {
      const row = sampleSession()
      await here.insert(row)
      let isLoggedOut = false
      // One after the other, as fast as they go, until none is given any more.
      const refreshing = (async () => {
        let head = row
        for (;;) {
          const startedAfter = isLoggedOut
          const next = await there.rotate(rotationOf(head))
          if (next === undefined) return head
          expect(startedAfter).toBe(false)
          expect(next.revokedAt).toBeNull()
          head = next
        }
      })()
      // The logout comes at another moment of the refreshes each time.
      for (let turn = 0; turn < round % 7; turn++) await one.query('SELECT 1')
      expect(await here.revoke(row.sid, NOON + 60, 'logout')).toBe(true)
      isLoggedOut = true
      const head = await refreshing
      const final = await there.find(row.handle)
      expect(final).toEqual({ ...head, revokedAt: NOON + 60, revokedFor: 'logout' })
      seen[head.generation > 0 ? 'refreshedFirst' : 'loggedOutFirst']++
    }
    // Both orders were met, or this has tested nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
  })
})
