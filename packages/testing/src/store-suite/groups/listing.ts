import assert from 'node:assert/strict'
import { assertRows, inserted } from '../assert-stored.ts'
import { HOSTILE_TEXTS } from '../hostile-texts.ts'
import { DAY, HOUR, NOON, rotationOf, sampleSession } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const listing: StoreTestGroup = {
  title: 'sessions: list',
  tests: [
    storeTest('the newest is first, in whatever order they came', async ({ store }) => {
      const rows = await Promise.all(
        [3, 1, 4, 0, 2].map((age) =>
          inserted(store, sampleSession({ createdAt: NOON - age, expiresAt: NOON + DAY - age })),
        ),
      )
      const sorted = rows.sort((a, b) => b.createdAt - a.createdAt)
      assertRows(await store.sessions.list('alice', NOON), sorted)
    }),

    storeTest('times are compared as numbers, fractions of seconds included', async ({ store }) => {
      const ages = [NOON, NOON - 0.001, NOON - 1, 999_999_999, 1e9, 5, 0.25, 0]
      const rows = ages.map((createdAt) =>
        sampleSession({ createdAt, idleExpiresAt: NOON + HOUR, expiresAt: NOON + DAY }),
      )
      for (const row of [...rows].sort((a, b) => (a.handle < b.handle ? -1 : 1)))
        await inserted(store, row)
      const sorted = [...rows].sort((a, b) => b.createdAt - a.createdAt)
      assertRows(await store.sessions.list('alice', NOON), sorted)
    }),

    storeTest('being rotated does not make a session newer', async ({ store }) => {
      const older = await inserted(store, sampleSession({ createdAt: NOON - 10 }))
      const newer = await inserted(store, sampleSession())
      const head = await store.sessions.rotate(rotationOf(older))
      assert.ok(head)
      assertRows(await store.sessions.list('alice', NOON), [newer, head])
    }),

    storeTest('a session is listed until it is idle, and until its end', async ({ store }) => {
      const idle = await inserted(store, sampleSession())
      const end = NOON + DAY
      const busy = await inserted(
        store,
        sampleSession({ createdAt: NOON - 1, idleExpiresAt: end, expiresAt: end }),
      )
      const listed = async (now: number) => store.sessions.list('alice', now)
      assertRows(await listed(NOON + HOUR - 1), [idle, busy])
      assertRows(await listed(NOON + HOUR - 0.001), [idle, busy])
      assertRows(await listed(NOON + HOUR), [busy])
      assertRows(await listed(NOON + HOUR + 1), [busy])
      assertRows(await listed(end - 1), [busy])
      assertRows(await listed(end), [])
      assertRows(await listed(end + 1), [])
      assertRows(await listed(NOON + HOUR - 1), [idle, busy], 'looking does not end a session')
    }),

    storeTest('ends are compared to the fraction of a second', async ({ store }) => {
      const row = await inserted(store, sampleSession({ idleExpiresAt: NOON + 99.5 }))
      assertRows(await store.sessions.list('alice', NOON + 99.25), [row])
      assertRows(await store.sessions.list('alice', NOON + 99.5), [])
      assertRows(await store.sessions.list('alice', NOON + 99.75), [])
    }),

    storeTest('one that was revoked is not listed, at any time', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const other = await inserted(store, sampleSession({ createdAt: NOON - 1 }))
      await store.sessions.revoke(row.sid, NOON + 10, 'logout')
      for (const now of [NOON, NOON + 9, NOON + 10, NOON + 11])
        assertRows(await store.sessions.list('alice', now), [other])
    }),

    storeTest('a subject without sessions has an empty list', async ({ store }) => {
      await inserted(store, sampleSession())
      assert.deepEqual(await store.sessions.list('bob', NOON), [])
      assert.deepEqual(await store.sessions.list('', NOON), [])
    }),

    storeTest("the list is the caller's: what is done to it is not stored", async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const listed = await store.sessions.list('alice', NOON)
      if (!Object.isFrozen(listed)) listed.length = 0
      assertRows(await store.sessions.list('alice', NOON), [row])
    }),

    storeTest('a subject has any name, and no two are taken for one', async ({ store }) => {
      const rows = HOSTILE_TEXTS.map((subject) => sampleSession({ subject }))
      await inserted(store, sampleSession())
      for (const row of rows) await inserted(store, row)
      for (const row of rows)
        assertRows(await store.sessions.list(row.subject, NOON), [row], JSON.stringify(row.subject))
      for (const row of rows) assert.equal(await store.sessions.revoke(row.sid, NOON, 'gone'), true)
      assert.equal((await store.sessions.list('alice', NOON)).length, 1)
      assert.equal(await store.sessions.sweep(NOON + DAY), rows.length + 1)
      for (const { subject } of rows) assertRows(await store.sessions.list(subject, NOON), [])
    }),

    storeTest('100 sessions of one subject are all listed', async ({ store }) => {
      const rows = await Promise.all(
        Array.from({ length: 100 }, (_, age) =>
          inserted(store, sampleSession({ createdAt: NOON - age })),
        ),
      )
      assertRows(await store.sessions.list('alice', NOON), rows)
    }),
  ],
}
