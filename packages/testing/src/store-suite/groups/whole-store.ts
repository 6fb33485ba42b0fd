import assert from 'node:assert/strict'
import { assertFound, assertLive } from '../assert-logged.ts'
import { assertRows, assertStored, inserted } from '../assert-stored.ts'
import { DAY, NOON, rotationOf, sampleSession } from '../sample-sessions.ts'
import { sampleRevocation } from '../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const wholeStore: StoreTestGroup = {
  title: 'the store as a whole',
  tests: [
    storeTest('it says what it is', ({ store }) => {
      assert.match(store.name, /^\S.*$/)
      assert.equal(typeof store.isDurable, 'boolean')
      return Promise.resolve()
    }),

    storeTest('it is ready for everybody who asks, as often as they ask', async ({ handles }) => {
      const all = await handles()
      await Promise.all([...all, ...all].map((store) => store.ready()))
      await assertStored(all[0], await inserted(all[0], sampleSession()))
      await all[0].ready()
      assert.equal((await all[0].sessions.list('alice', NOON)).length, 1, 'ready() lost a session')
    }),

    storeTest('sweep drops what has ended of all it keeps, and counts it', async ({ store }) => {
      const live = await inserted(store, sampleSession({ expiresAt: NOON + 2 * DAY }))
      for (let count = 0; count < 3; count++) await inserted(store, sampleSession())
      const entry = sampleRevocation('live', { until: NOON + DAY + 1 })
      await store.revocations.append([
        sampleRevocation('one', { until: NOON + DAY }),
        sampleRevocation('two', { until: NOON + 5 }),
        entry,
      ])
      assert.equal(await store.sweep(NOON + 4), 0)
      assert.equal(await store.sweep(NOON + 5), 1)
      assert.equal(await store.sweep(NOON + DAY - 1), 0)
      assert.equal(await store.sweep(NOON + DAY), 4)
      assert.equal(await store.sweep(NOON + DAY), 0)
      await assertStored(store, live)
      await assertLive(store, 0, [entry])
    }),

    storeTest(
      'what was written outlives the handle it was written through',
      async ({ store, again }) => {
        if (!store.isDurable) return
        assert.ok(again, 'a durable store has to be opened once more: give the suite `again`')
        const row = await inserted(store, sampleSession())
        const head = await store.sessions.rotate(rotationOf(row))
        assert.ok(head)
        const other = await inserted(store, sampleSession({ createdAt: NOON - 1 }))
        await store.sessions.revoke(other.sid, NOON, 'logout')
        await store.keys.write('one', 0)
        await store.keys.write('two', 1)
        const entry = sampleRevocation(other.sid, { issuedUpTo: NOON })
        await store.revocations.append([entry])
        await store.close()

        const later = await again()
        await assertStored(later, head)
        await assertStored(later, { ...other, revokedAt: NOON, revokedFor: 'logout' })
        assertRows(await later.sessions.list('alice', NOON), [head])
        assert.equal(await later.sessions.rotate(rotationOf(row)), undefined, 'an old token')
        assert.deepEqual({ ...(await later.keys.read()) }, { revision: 2, sealed: 'two' })
        await assertLive(later, NOON, [entry])
        await assertFound(later, [entry.key], [entry])
        assert.ok(await later.sessions.rotate(rotationOf(head)))
      },
    ),

    storeTest('what one handle ends, another knows of at once', async ({ handles }) => {
      const all = await handles()
      const [first] = all
      const other = all[1] ?? first
      const row = await inserted(first, sampleSession())
      await other.sessions.revoke(row.sid, NOON, 'logout')
      assert.equal(await first.sessions.rotate(rotationOf(row)), undefined)
      await assertStored(first, { ...row, revokedAt: NOON, revokedFor: 'logout' })

      const entry = sampleRevocation(row.sid, { until: NOON + 1 })
      await other.revocations.append([entry])
      await assertLive(first, NOON, [entry])

      await other.keys.write('one', 0)
      assert.equal(await first.keys.write('another', 0), false)
      assert.equal((await first.keys.read())?.sealed, 'one')

      assert.equal(await other.sweep(NOON + DAY), 2)
      assert.equal(await first.sessions.find(row.handle), undefined)
    }),
  ],
}
