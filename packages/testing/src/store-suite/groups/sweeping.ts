import assert from 'node:assert/strict'
import { assertGone, assertRows, assertStored, inserted } from '../assert-stored.ts'
import { atOnce } from '../at-once.ts'
import { DAY, HOUR, NOON, sampleSession } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const sweeping: StoreTestGroup = {
  title: 'sessions: sweep',
  tests: [
    storeTest('nothing in an empty store', async ({ store }) => {
      assert.equal(await store.sessions.sweep(NOON), 0)
    }),

    storeTest('a session goes at its end, and not before', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      for (const now of [0, NOON, NOON + DAY - 1, NOON + DAY - 0.001])
        assert.equal(await store.sessions.sweep(now), 0, `swept at ${now}`)
      await assertStored(store, row)
      assert.equal(await store.sessions.sweep(NOON + DAY), 1)
      await assertGone(store, row)
      assert.equal(await store.sessions.sweep(NOON + DAY), 0)
    }),

    storeTest('a session goes a second after its end, too', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      assert.equal(await store.sessions.sweep(NOON + DAY + 1), 1)
      await assertGone(store, row)
    }),

    storeTest('ends are compared to the fraction of a second', async ({ store }) => {
      const row = await inserted(store, sampleSession({ expiresAt: NOON + DAY + 0.5 }))
      assert.equal(await store.sessions.sweep(NOON + DAY + 0.25), 0)
      await assertStored(store, row)
      assert.equal(await store.sessions.sweep(NOON + DAY + 0.5), 1)
      await assertGone(store, row)
    }),

    storeTest('AS-07: idle and revoked ones stay until their end', async ({ store }) => {
      const idle = await inserted(store, sampleSession({ idleExpiresAt: NOON + 1 }))
      const revoked = await inserted(store, sampleSession())
      await store.sessions.revoke(revoked.sid, NOON + 1, 'logout')
      assert.equal(await store.sessions.sweep(NOON + DAY - 1), 0)
      await assertStored(store, idle)
      await assertStored(store, { ...revoked, revokedAt: NOON + 1, revokedFor: 'logout' })
      assert.equal(await store.sessions.sweep(NOON + DAY), 2)
      await assertGone(store, idle)
      await assertGone(store, revoked)
    }),

    storeTest('what has ended goes, the rest stays', async ({ store }) => {
      const rows = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          inserted(store, sampleSession({ createdAt: NOON - i, expiresAt: NOON + DAY + i })),
        ),
      )
      assert.equal(await store.sessions.sweep(NOON + DAY + 9), 10)
      for (const row of rows.slice(0, 10)) await assertGone(store, row)
      for (const row of rows.slice(10)) await assertStored(store, row)
      assertRows(await store.sessions.list('alice', NOON), rows.slice(10))
    }),

    storeTest('handle and sid are free again', async ({ store }) => {
      const { handle, sid } = await inserted(store, sampleSession())
      await store.sessions.revoke(sid, NOON, 'logout')
      await store.sessions.sweep(NOON + DAY)
      const row = sampleSession({ handle, sid, createdAt: NOON + DAY })
      await assert.doesNotReject(store.sessions.insert(row))
      await assertStored(store, row)
      assertRows(await store.sessions.list('alice', NOON + DAY), [row])
    }),

    storeTest('several sweeps at once count each session once', async ({ handles }) => {
      const all = await handles()
      await atOnce(40, all, (store) => inserted(store, sampleSession()))
      const live = await inserted(all[0], sampleSession({ expiresAt: NOON + 2 * DAY }))
      const swept = await atOnce(4, all, (store) => store.sessions.sweep(NOON + DAY))
      assert.equal(
        swept.reduce((sum, count) => sum + count, 0),
        40,
      )
      assertRows(await all[0].sessions.list('alice', NOON + HOUR - 1), [live])
    }),

    storeTest('2,500 that have ended go in one call', async ({ handles }) => {
      const all = await handles()
      await atOnce(2_500, all, (store, i) =>
        store.sessions.insert(sampleSession({ subject: `user ${i % 50}` })),
      )
      assert.equal(await all[0].sessions.sweep(NOON + DAY), 2_500)
      assertRows(await all[0].sessions.list('user 0', NOON), [])
    }),
  ],
}
