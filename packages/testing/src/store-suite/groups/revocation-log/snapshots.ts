import assert from 'node:assert/strict'
import { ALL_TOKENS, type LoggedRevocation } from '@gatewarden/core'
import { assertCovered, assertHeld, assertLive } from '../../assert-logged.ts'
import { atOnce } from '../../at-once.ts'
import { inTime } from '../../in-time.ts'
import { allOf, entriesOf, mergeInto, readAfter, resumeReader } from '../../log-reader.ts'
import { NOON } from '../../sample-sessions.ts'
import { sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

/** "Some thousand": a process that reads a page has other things to do, too. */
const LARGEST_PAGE = 10_000

export const snapshots: StoreTestGroup = {
  title: 'revocation log: snapshot',
  tests: [
    storeTest('of an empty log nothing, and a cursor to read on from', async ({ store }) => {
      const { cursor, pages } = await store.revocations.snapshot(NOON)
      assert.equal(typeof cursor, 'string')
      for await (const rows of pages) assert.equal(rows, '')
      assert.deepEqual(await readAfter(store.revocations, cursor), [])
    }),

    storeTest('an entry is live before its until, and not from then on', async ({ store }) => {
      const entry = sampleRevocation('one', { until: NOON })
      await store.revocations.append([entry])
      for (const now of [0, 1, NOON - 1, NOON - 0.001]) await assertLive(store, now, [entry])
      for (const now of [NOON, NOON + 0.001, NOON + 1, ALL_TOKENS, 1e11])
        await assertLive(store, now, [])
      await assertLive(store, NOON - 1, [entry])
    }),

    storeTest('within a second nothing ends', async ({ store }) => {
      const entry = sampleRevocation('one', { until: NOON + 1 })
      await store.revocations.append([entry])
      for (const part of [0.001, 0.25, 0.5, 0.75, 0.999])
        await assertLive(store, NOON + part, [entry])
      await assertLive(store, NOON + 1.001, [])
    }),

    storeTest('untils are compared as numbers', async ({ store }) => {
      const untils = [1, 2, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 31, 2 ** 32]
      const entries = [...untils, ALL_TOKENS - 1, ALL_TOKENS].map((until) =>
        sampleRevocation(`until ${until}`, { until }),
      )
      await store.revocations.append(entries)
      for (const now of [0, ...entries.map(({ until }) => until)]) {
        const live = entries.filter(({ until }) => until > now)
        await assertLive(store, now, live)
      }
    }),

    storeTest('what a row that is over said of a key still counts', async ({ store }) => {
      const wide = sampleRevocation('one', { until: NOON + 10, issuedUpTo: NOON })
      const late = sampleRevocation('one', { until: NOON + 20, issuedUpTo: NOON - 50 })
      await store.revocations.append([wide])
      await store.revocations.append([late])
      const both = { ...late, issuedUpTo: NOON }
      for (const now of [NOON + 10, NOON + 15, NOON + 19]) await assertLive(store, now, [both])
      await assertLive(store, NOON + 20, [])
    }),

    storeTest('what is appended after it was taken can be read after it', async ({ handles }) => {
      const all = await handles()
      const log = all[0].revocations
      const before = sampleRevocations(3, 'before')
      await log.append(before)
      const snapshot = await log.snapshot(NOON)
      const after = sampleRevocations(all.length, 'after')
      await Promise.all(all.map(({ revocations }, i) => revocations.append(after.slice(i, i + 1))))
      const raised = before.map((entry) => ({ ...entry, until: entry.until + 1 }))
      await log.append(raised)

      assertCovered(await allOf(snapshot), before, 'in the snapshot')
      const reader = resumeReader(log, snapshot.cursor, NOON)
      await reader.catchUp()
      assertCovered(reader.held, [...after, ...raised], 'after its cursor')
    }),

    storeTest('20,000 come in pages of some thousand', async ({ store }) => {
      const live = sampleRevocations(15_000, 'live')
      await store.revocations.append(live)
      await store.revocations.append(sampleRevocations(5_000, 'over', { until: NOON }))
      const held = new Map<string, LoggedRevocation>()
      const { pages } = await store.revocations.snapshot(NOON)
      for await (const rows of pages) {
        assert.ok(rows.length <= LARGEST_PAGE * 44, `a page of ${rows.length} characters`)
        mergeInto(held, entriesOf(rows))
      }
      assertHeld(held, live, 'in all pages')
    }),

    storeTest('what happens while it is read takes nothing from it', async ({ handles }) => {
      const all = await handles()
      const log = all[0].revocations
      const stay = sampleRevocations(8_000, 'stay')
      const over = sampleRevocations(8_000, 'over', { until: NOON })
      const raised = stay.slice(2_000, 3_000).map((entry) => ({ ...entry, until: NOON + 9_999 }))
      const late = sampleRevocations(1_000, 'late')
      // One of each in turn, so that what is dropped was among what stays.
      await log.append(stay.flatMap((entry, i) => [entry, ...over.slice(i, i + 1)]))

      // Who sweeps has another clock, that is ahead.
      const { cursor, pages } = await log.snapshot(NOON - 1)
      const held = new Map<string, LoggedRevocation>()
      let count = 0
      for await (const rows of pages) {
        mergeInto(held, entriesOf(rows))
        const other = all[count % all.length] ?? all[0]
        if (count === 0) await other.revocations.sweep(NOON)
        if (count < 2) await other.revocations.append(count === 0 ? raised : late)
        count++
      }
      const reader = resumeReader(log, cursor, NOON)
      await reader.catchUp()
      mergeInto(held, [...reader.held.values()])
      assertCovered(held, [...stay, ...raised], 'with what was read after its cursor')
      if (count > 1) assertCovered(held, late, 'with what was read after its cursor')
    }),

    storeTest('several at once, page by page in turn', async ({ handles }) => {
      const all = await handles()
      const entries = sampleRevocations(9_000, 'entry')
      await all[0].revocations.append(entries)
      // More than a pool has connections by default.
      const taken = await inTime(
        '12 snapshots',
        atOnce(12, all, async ({ revocations }) => {
          const { pages } = await revocations.snapshot(NOON)
          return { pages: pages[Symbol.asyncIterator](), held: new Map<string, LoggedRevocation>() }
        }),
      )
      async function nextPage({ pages, held }: (typeof taken)[number]): Promise<boolean> {
        const page = await pages.next()
        if (page.done !== true) mergeInto(held, entriesOf(page.value))
        return page.done !== true
      }
      const hasMore = async () => {
        const answers = await inTime('a page of each', Promise.all(taken.map(nextPage)))
        return answers.some(Boolean)
      }
      while (await hasMore());
      for (const { held } of taken) assert.equal(held.size, entries.length, 'in one of them')
      assertHeld(taken[0]?.held ?? new Map<string, LoggedRevocation>(), entries, 'in the first')
    }),

    storeTest('one that nobody reads to its end holds nothing up', async ({ handles }) => {
      const all = await handles()
      const entries = sampleRevocations(9_000, 'entry')
      await all[0].revocations.append(entries)
      const abandoned = atOnce(24, all, async ({ revocations }, i) => {
        const { pages } = await revocations.snapshot(NOON)
        if (i % 2 === 1) return
        for await (const rows of pages) return rows
      })
      await inTime('24 snapshots', abandoned)
      const entry = sampleRevocation('one more')
      for (const store of all) {
        await inTime('an append', store.revocations.append([entry]))
        await inTime('a snapshot', assertLive(store, NOON, [...entries, entry]))
      }
    }),
  ],
}
