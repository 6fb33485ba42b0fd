import assert from 'node:assert/strict'
import { assertStored, inserted } from '../assert-stored.ts'
import { DAY, NOON, replayOf, rotationOf, sampleSession } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const revoking: StoreTestGroup = {
  title: 'sessions: revoke',
  tests: [
    storeTest('AS-24: the session is kept, with when and why it was ended', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      assert.equal(await store.sessions.revoke(row.sid, NOON + 5, 'logout'), true)
      await assertStored(store, { ...row, revokedAt: NOON + 5, revokedFor: 'logout' })
      assert.equal(await store.sessions.rotate(rotationOf(row)), undefined)
      assert.equal(await store.sessions.replay(replayOf(row)), undefined)
      assert.deepEqual(await store.sessions.list('alice', NOON), [])
    }),

    storeTest(
      'AS-24: again, nothing changes: the first time and reason stay',
      async ({ store }) => {
        const row = await inserted(store, sampleSession())
        assert.equal(await store.sessions.revoke(row.sid, NOON + 5, 'logout'), true)
        assert.equal(await store.sessions.revoke(row.sid, NOON + 6, 'reuse'), false)
        assert.equal(await store.sessions.revoke(row.sid, NOON + 4, 'logout'), false)
        await assertStored(store, { ...row, revokedAt: NOON + 5, revokedFor: 'logout' })
      },
    ),

    storeTest('at 0 the first time and reason stay, too', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      assert.equal(await store.sessions.revoke(row.sid, 0, 'logout'), true)
      assert.equal(await store.sessions.revoke(row.sid, NOON, 'reuse'), false)
      await assertStored(store, { ...row, revokedAt: 0, revokedFor: 'logout' })
    }),

    storeTest('a sid that is unknown is no error, and ends nothing', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      for (const sid of ['nobody', '', '__proto__', '*', '%', row.handle])
        assert.equal(await store.sessions.revoke(sid, NOON, 'logout'), false, sid)
      await assertStored(store, row)
    }),

    storeTest('one session is ended, the others of the subject are not', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const other = await inserted(store, sampleSession())
      await store.sessions.revoke(row.sid, NOON, 'logout')
      await assertStored(store, other)
      assert.ok(await store.sessions.rotate(rotationOf(other)))
    }),

    storeTest('AS-24: what was rotated is ended at its newest', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const head = await store.sessions.rotate(rotationOf(row))
      assert.ok(head)
      assert.equal(await store.sessions.revoke(row.sid, NOON + 61, 'logout'), true)
      await assertStored(store, { ...head, revokedAt: NOON + 61, revokedFor: 'logout' })
      const step = rotationOf(head, { now: NOON + 62 })
      assert.equal(await store.sessions.rotate(step), undefined)
    }),

    storeTest(
      'one that ended by itself can be revoked as long as it is there',
      async ({ store }) => {
        const row = await inserted(store, sampleSession())
        assert.equal(await store.sessions.revoke(row.sid, NOON + 2 * DAY, 'reuse'), true)
        await assertStored(store, { ...row, revokedAt: NOON + 2 * DAY, revokedFor: 'reuse' })
      },
    ),

    storeTest('the reason is any text', async ({ store }) => {
      for (const reason of ['', 'null', '0', `O'Brien "said"; --`, 'déjà vu \u{1f512}', '{a:1}']) {
        const row = await inserted(store, sampleSession())
        assert.equal(await store.sessions.revoke(row.sid, NOON, reason), true)
        await assertStored(store, { ...row, revokedAt: NOON, revokedFor: reason })
        assert.equal(await store.sessions.revoke(row.sid, NOON, 'again'), false, reason)
      }
    }),
  ],
}
