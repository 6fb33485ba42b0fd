import assert from 'node:assert/strict'
import { assertGone, assertRow, assertRows, assertStored, inserted } from '../assert-stored.ts'
import { atOnce, resolvedAtOnce } from '../at-once.ts'
import { NOON, rotationOf, sampleSession } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const inserting: StoreTestGroup = {
  title: 'sessions: insert and find',
  tests: [
    storeTest('a session is found by handle and by sid, as it was written', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      await assertStored(store, row)
    }),

    storeTest('every member is kept as it was written', async ({ store }) => {
      const row = await inserted(
        store,
        sampleSession({
          client: 'mobile app',
          binding: 'jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
          generation: 7,
          rotatedAt: NOON + 5,
          replays: 3,
          lateGeneration: 6,
          lateAt: NOON + 4,
          revokedAt: NOON + 6,
          revokedFor: 'logout',
        }),
      )
      await assertStored(store, row)
    }),

    storeTest('what was never written is not there, whatever it is called', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      for (const name of ['nobody', '', '__proto__', 'constructor', '*', '%', row.subject]) {
        assert.equal(await store.sessions.find(name), undefined, name)
        assert.equal(await store.sessions.findBySid(name), undefined, name)
        assert.deepEqual(await store.sessions.list(`${name}?`, NOON), [], name)
      }
    }),

    storeTest('the public sid does not do for the handle, nor the other way', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      assert.equal(await store.sessions.find(row.sid), undefined)
      assert.equal(await store.sessions.findBySid(row.handle), undefined)
      assert.equal(await store.sessions.rotate(rotationOf(row, { handle: row.sid })), undefined)
      assert.equal(await store.sessions.revoke(row.handle, NOON, 'logout'), false)
      await assertStored(store, row)
    }),

    storeTest('a taken handle is rejected, and nothing changes', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const second = sampleSession({ handle: row.handle, subject: 'mallory' })
      await assert.rejects(store.sessions.insert(second), 'the second insert resolved')
      await assertStored(store, row)
      assert.equal(await store.sessions.findBySid(second.sid), undefined)
      assert.deepEqual(await store.sessions.list('mallory', NOON), [])
    }),

    storeTest('a taken sid is rejected, and nothing changes', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const second = sampleSession({ sid: row.sid, subject: 'mallory' })
      await assert.rejects(store.sessions.insert(second), 'the second insert resolved')
      await assertStored(store, row)
      assert.equal(await store.sessions.find(second.handle), undefined)
      assert.deepEqual(await store.sessions.list('mallory', NOON), [])
    }),

    storeTest('a session that has ended still has its handle and sid', async ({ store }) => {
      const ended = await inserted(store, sampleSession({ idleExpiresAt: 1, expiresAt: 2 }))
      const revoked = await inserted(store, sampleSession())
      await store.sessions.revoke(revoked.sid, NOON, 'logout')
      for (const { handle, sid } of [ended, revoked]) {
        await assert.rejects(store.sessions.insert(sampleSession({ handle })))
        await assert.rejects(store.sessions.insert(sampleSession({ sid })))
      }
      await assertStored(store, ended)
    }),

    storeTest('of 20 inserts of one handle at once exactly one is kept', async ({ handles }) => {
      const all = await handles()
      const { handle } = sampleSession()
      const rows = Array.from({ length: 20 }, () => sampleSession({ handle }))
      const kept = await resolvedAtOnce(20, all, (store, i) =>
        store.sessions.insert(rows[i] ?? sampleSession()),
      )
      assert.equal(kept, 1)
      const winner = await all[0].sessions.find(handle)
      const row = rows.find(({ sid }) => sid === winner?.sid)
      assert.ok(row)
      await assertStored(all[0], row)
      for (const { sid } of rows.filter((other) => other !== row))
        assert.equal(await all[0].sessions.findBySid(sid), undefined)
      assertRows(await all[0].sessions.list('alice', NOON), [row])
    }),

    storeTest('of 20 inserts of one sid at once exactly one is kept', async ({ handles }) => {
      const all = await handles()
      const { sid } = sampleSession()
      const rows = Array.from({ length: 20 }, () => sampleSession({ sid }))
      const kept = await resolvedAtOnce(20, all, (store, i) =>
        store.sessions.insert(rows[i] ?? sampleSession()),
      )
      assert.equal(kept, 1)
      const winner = await all[0].sessions.findBySid(sid)
      const row = rows.find(({ handle }) => handle === winner?.handle)
      assert.ok(row)
      await assertStored(all[0], row)
      for (const { handle } of rows.filter((other) => other !== row))
        assert.equal(await all[0].sessions.find(handle), undefined)
      assertRows(await all[0].sessions.list('alice', NOON), [row])
    }),

    storeTest('50 sessions at once are all kept', async ({ handles }) => {
      const all = await handles()
      const rows = await atOnce(50, all, (store, i) =>
        inserted(store, sampleSession({ createdAt: NOON + i })),
      )
      for (const row of rows) await assertStored(all[0], row)
      const listed = await all[0].sessions.list('alice', NOON)
      assertRows(listed, rows.reverse())
    }),

    storeTest('what another handle wrote is there at once', async ({ handles }) => {
      const all = await handles()
      const [first] = all
      const other = all[1] ?? first
      const row = await inserted(first, sampleSession())
      await assertStored(other, row)
      assertRow(await other.sessions.rotate(rotationOf(row)), {
        ...row,
        generation: 1,
        rotatedAt: NOON + 60,
        idleExpiresAt: NOON + 3_660,
      })
      assert.equal((await first.sessions.find(row.handle))?.generation, 1)
    }),

    storeTest('a session that had ended when it was written logs nobody in', async ({ store }) => {
      const row = await inserted(store, sampleSession({ idleExpiresAt: NOON, expiresAt: NOON }))
      await assertStored(store, row)
      assert.equal(await store.sessions.rotate(rotationOf(row, { now: NOON })), undefined)
      assert.deepEqual(await store.sessions.list('alice', NOON), [])
      assert.equal(await store.sessions.sweep(NOON), 1)
      await assertGone(store, row)
    }),

    storeTest('whoever holds a row cannot change what is stored', async ({ store }) => {
      const given = sampleSession()
      const row = { ...given }
      await store.sessions.insert(given)
      const held = [
        given,
        await store.sessions.find(row.handle),
        await store.sessions.findBySid(row.sid),
        ...(await store.sessions.list('alice', NOON)),
      ]
      for (const each of held) {
        // False for a frozen one, which is as good as a copy.
        Reflect.set(each ?? {}, 'expiresAt', Infinity)
        Reflect.set(each ?? {}, 'subject', 'mallory')
      }
      await assertStored(store, row)
      const next = await store.sessions.rotate(rotationOf(row))
      Reflect.set(next ?? {}, 'generation', 0)
      assert.equal((await store.sessions.find(row.handle))?.generation, 1)
    }),
  ],
}
