import assert from 'node:assert/strict'
import type { IssuerStore, LoggedRevocation } from '@gatewarden/core'
import { atOnce } from '../at-once.ts'
import { HOSTILE_TEXTS } from '../hostile-texts.ts'
import { NOON } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

const sid = (id: string, until: number): LoggedRevocation => ({ kind: 'sid', id, until })
const jti = (id: string, until: number): LoggedRevocation => ({ kind: 'jti', id, until })

export const revocationLog: StoreTestGroup = {
  title: 'revocation log',
  tests: [
    storeTest('nothing is revoked at first', async ({ store }) => {
      assert.deepEqual(await store.revocations.live(NOON), [])
      assert.equal(await store.revocations.sweep(NOON), 0)
    }),

    storeTest('AS-24: what was appended is live', async ({ store }) => {
      await store.revocations.append([sid('one', NOON + 330), jti('two', NOON + 60)])
      await assertLive(store, NOON, [sid('one', NOON + 330), jti('two', NOON + 60)])
    }),

    storeTest('an empty list appends nothing', async ({ store }) => {
      await assert.doesNotReject(store.revocations.append([]))
      await assertLive(store, NOON, [])
      await store.revocations.append([sid('one', NOON + 1)])
      await store.revocations.append([])
      await assertLive(store, NOON, [sid('one', NOON + 1)])
    }),

    storeTest('a session and a token of one name are two', async ({ store }) => {
      await store.revocations.append([sid('same', NOON + 1), jti('same', NOON + 2)])
      await assertLive(store, NOON, [sid('same', NOON + 1), jti('same', NOON + 2)])
      await assertLive(store, NOON + 1, [jti('same', NOON + 2)])
      assert.equal(await store.revocations.sweep(NOON + 1), 1)
      await assertLive(store, NOON, [jti('same', NOON + 2)])
    }),

    storeTest('appending again changes nothing', async ({ store }) => {
      for (let time = 0; time < 3; time++) await store.revocations.append([sid('one', NOON + 5)])
      await assertLive(store, NOON, [sid('one', NOON + 5)])
      assert.equal(await store.revocations.sweep(NOON + 5), 1)
    }),

    storeTest('a later until counts', async ({ store }) => {
      await store.revocations.append([sid('one', NOON + 5)])
      await store.revocations.append([sid('one', NOON + 9.5)])
      await assertLive(store, NOON, [sid('one', NOON + 9.5)])
    }),

    storeTest('an earlier until takes nothing back', async ({ store }) => {
      await store.revocations.append([sid('one', NOON + 9)])
      await store.revocations.append([sid('one', NOON + 5), sid('one', 0)])
      await assertLive(store, NOON, [sid('one', NOON + 9)])
      await assertLive(store, NOON + 8, [sid('one', NOON + 9)])
    }),

    storeTest('untils are compared as numbers', async ({ store }) => {
      await store.revocations.append([sid('one', 1_000_000_000), sid('two', 10)])
      await store.revocations.append([sid('one', 999_999_999), sid('two', 9)])
      await assertLive(store, 0, [sid('one', 1_000_000_000), sid('two', 10)])
      await assertLive(store, 9, [sid('one', 1_000_000_000), sid('two', 10)])
      await assertLive(store, 10, [sid('one', 1_000_000_000)])
    }),

    storeTest('one name several times in one call: the latest until counts', async ({ store }) => {
      const untils = [NOON + 5, NOON + 9, NOON + 7]
      await store.revocations.append(untils.map((until) => sid('one', until)))
      await assertLive(store, NOON, [sid('one', NOON + 9)])
    }),

    storeTest('an entry is live before its until, and not from then on', async ({ store }) => {
      const entry = sid('one', NOON)
      await store.revocations.append([entry])
      for (const now of [0, NOON - 1, NOON - 0.001]) await assertLive(store, now, [entry])
      for (const now of [NOON, NOON + 0.001, NOON + 1]) await assertLive(store, now, [])
      await assertLive(store, NOON - 1, [entry])
    }),

    storeTest('untils are compared to the fraction of a second', async ({ store }) => {
      await store.revocations.append([sid('one', NOON + 0.5)])
      await assertLive(store, NOON + 0.25, [sid('one', NOON + 0.5)])
      await assertLive(store, NOON + 0.75, [])
      assert.equal(await store.revocations.sweep(NOON + 0.25), 0)
      assert.equal(await store.revocations.sweep(NOON + 0.5), 1)
    }),

    storeTest('an entry goes at its until, and not before', async ({ store }) => {
      const entries = [sid('one', NOON), jti('two', NOON + 1), sid('three', NOON + 100)]
      await store.revocations.append(entries)
      assert.equal(await store.revocations.sweep(NOON - 1), 0)
      assert.equal(await store.revocations.sweep(NOON - 0.001), 0)
      await assertLive(store, 0, entries)
      assert.equal(await store.revocations.sweep(NOON), 1)
      await assertLive(store, 0, entries.slice(1))
      assert.equal(await store.revocations.sweep(NOON + 2), 1)
      await assertLive(store, 0, entries.slice(2))
      assert.equal(await store.revocations.sweep(NOON + 2), 0)
    }),

    storeTest('an entry that was over when it came is never live', async ({ store }) => {
      await store.revocations.append([sid('one', NOON - 1)])
      await assertLive(store, NOON, [])
      await store.revocations.sweep(NOON)
      await assertLive(store, 0, [])
    }),

    storeTest('what was swept can be revoked again', async ({ store }) => {
      await store.revocations.append([sid('one', NOON)])
      await store.revocations.sweep(NOON)
      await store.revocations.append([sid('one', NOON + 5)])
      await assertLive(store, NOON, [sid('one', NOON + 5)])
    }),

    storeTest('1,000 in one call, and again', async ({ store }) => {
      const entries = Array.from({ length: 1_000 }, (_, i) => sid(`session ${i}`, NOON + 1 + i))
      await store.revocations.append(entries)
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
      await assertLive(store, NOON + 500, entries.slice(500))
      assert.equal(await store.revocations.sweep(NOON + 500), 500)
      await assertLive(store, NOON, entries.slice(500))
    }),

    storeTest(
      'many calls at once lose nothing, and the latest until counts',
      async ({ handles }) => {
        const all = await handles()
        await atOnce(40, all, (store, i) =>
          store.revocations.append([
            sid('shared', NOON + 1 + ((i * 7) % 40)),
            jti(`token ${i}`, NOON + 1),
            jti('other', NOON + 40 - i),
          ]),
        )
        const tokens = Array.from({ length: 40 }, (_, i) => jti(`token ${i}`, NOON + 1))
        const expected = [sid('shared', NOON + 40), jti('other', NOON + 40), ...tokens]
        for (const store of all) await assertLive(store, NOON, expected)
      },
    ),

    storeTest(
      'the same entries in another order, at once, do not deadlock',
      async ({ handles }) => {
        const all = await handles()
        const entries = Array.from({ length: 50 }, (_, i) => sid(`session ${i}`, NOON + 1))
        const reversed = [...entries].reverse()
        for (let round = 1; round <= 5; round++) {
          const later = (list: readonly LoggedRevocation[]) =>
            list.map((entry) => ({ ...entry, until: NOON + round }))
          await atOnce(8, all, (store, i) =>
            store.revocations.append(later((i >> 1) % 2 === 0 ? entries : reversed)),
          )
          await assertLive(all[0], NOON, later(entries))
        }
      },
    ),

    storeTest('several sweeps at once count each entry once', async ({ handles }) => {
      const all = await handles()
      await all[0].revocations.append(
        Array.from({ length: 100 }, (_, i) => jti(`token ${i}`, NOON)),
      )
      const swept = await atOnce(4, all, (store) => store.revocations.sweep(NOON))
      assert.equal(
        swept.reduce((sum, count) => sum + count, 0),
        100,
      )
    }),

    storeTest('ids are any text, and no two are taken for one', async ({ store }) => {
      const entries = HOSTILE_TEXTS.flatMap((id, i) => [
        sid(id, NOON + 1 + i),
        jti(id, NOON + 2 + i),
      ])
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
    }),

    storeTest('whoever holds an entry cannot change what is stored', async ({ store }) => {
      const given = { kind: 'sid', id: 'one', until: NOON + 5 } as const
      await store.revocations.append([given])
      Reflect.set(given, 'until', 0)
      const [held] = await store.revocations.live(NOON)
      Reflect.set(held ?? {}, 'until', 0)
      await assertLive(store, NOON, [sid('one', NOON + 5)])
    }),
  ],
}

/** The log says the order is none. */
async function assertLive(
  { revocations }: IssuerStore,
  now: number,
  expected: readonly LoggedRevocation[],
): Promise<void> {
  const live = await revocations.live(now)
  assert.deepEqual(sorted(live), sorted(expected), `live at ${now}`)
}

function sorted(entries: readonly LoggedRevocation[]): LoggedRevocation[] {
  const key = ({ kind, id }: LoggedRevocation) => `${kind} ${id}`
  return entries.map((entry) => ({ ...entry })).sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
