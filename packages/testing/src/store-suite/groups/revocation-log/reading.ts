import assert from 'node:assert/strict'
import type { IssuerStore, LoggedRevocation } from '@gatewarden/core'
import { assertCovered, assertHeld } from '../../assert-logged.ts'
import { merged, readAfter, resumeReader, startReader } from '../../log-reader.ts'
import { HOSTILE_TEXTS } from '../../hostile-texts.ts'
import { NOON } from '../../sample-sessions.ts'
import { sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

/** What no log ever gave anybody. */
const NO_CURSORS: readonly string[] = [
  '',
  '-1',
  '1.5',
  '1e3',
  'NaN',
  '9'.repeat(16),
  '9'.repeat(400),
  '$',
  '+',
  '-',
  '>',
  '0-',
  '(0-0',
  '[]',
  '\0',
  '\ud800',
  ...HOSTILE_TEXTS,
]

export const reading: StoreTestGroup = {
  title: 'revocation log: read',
  tests: [
    storeTest('no news is an empty page, and the cursor stays good', async ({ store }) => {
      const log = store.revocations
      let cursor = await endOf(store)
      for (let time = 0; time < 3; time++) {
        const page = await log.read(cursor)
        assert.ok(page, 'the log does not know the cursor it gave')
        assert.equal(page.rows, '')
        assert.equal(page.hasMore, false)
        cursor = page.cursor
      }
      const entry = sampleRevocation('one')
      await log.append([entry])
      assertHeld(merged(await readAfter(log, cursor)), [entry], 'after the append')
    }),

    storeTest('to the end, and then there is no news', async ({ store }) => {
      const log = store.revocations
      const reader = await startReader(log)
      for (let round = 0; round < 3; round++) {
        await log.append(sampleRevocations(10, `round ${round}`))
        await reader.catchUp()
        const page = await log.read(reader.cursor)
        assert.ok(page)
        assert.deepEqual({ rows: page.rows, hasMore: page.hasMore }, { rows: '', hasMore: false })
      }
    }),

    storeTest('what was appended after the cursor, in that order', async ({ handles }) => {
      const all = await handles()
      const cursor = await endOf(all[0])
      const entries = sampleRevocations(60, 'entry', { issuedUpTo: NOON })
      // Each when the one before has resolved: of what runs at once, either may come first.
      for (const [i, entry] of entries.entries())
        await (all[i % all.length] ?? all[0]).revocations.append([entry])
      for (const { revocations } of all) {
        const read = [...merged(await readAfter(revocations, cursor)).values()]
        assert.deepEqual(read, entries)
      }
    }),

    storeTest('each cursor on the way tells of all that came after it', async ({ store }) => {
      const log = store.revocations
      const entries = sampleRevocations(40, 'entry')
      const cursors: string[] = []
      for (const [i, entry] of entries.entries()) {
        const last = cursors.at(-1)
        const page = i % 2 === 1 && last !== undefined ? await log.read(last) : undefined
        cursors.push(page?.cursor ?? (await log.snapshot(NOON)).cursor)
        await log.append([entry])
      }
      for (const [i, cursor] of cursors.entries())
        assertCovered(merged(await readAfter(log, cursor)), entries.slice(i), `after cursor ${i}`)
    }),

    storeTest('a cursor is not used up', async ({ handles }) => {
      const all = await handles()
      const cursor = await endOf(all[0])
      const entries = sampleRevocations(30, 'entry')
      await all[0].revocations.append(entries)
      for (const { revocations } of [...all, ...all])
        assertHeld(merged(await readAfter(revocations, cursor)), entries, 'again')
      const late = sampleRevocation('late')
      await all[0].revocations.append([late])
      for (const { revocations } of all)
        assertHeld(merged(await readAfter(revocations, cursor)), [...entries, late], 'and later')
    }),

    storeTest('several readers, each at its own pace', async ({ handles }) => {
      const all = await handles()
      const readers = await Promise.all(
        [...all, ...all].map((each) => startReader(each.revocations)),
      )
      const entries: LoggedRevocation[] = []
      for (let round = 1; round <= 12; round++) {
        const more = sampleRevocations(round, `round ${round}`)
        await (all[round % all.length] ?? all[0]).revocations.append(more)
        entries.push(...more)
        for (const [i, reader] of readers.entries()) {
          if (round % (i + 1) !== 0) continue
          await reader.catchUp()
          assertHeld(reader.held, entries, `reader ${i} in round ${round}`)
        }
      }
    }),

    storeTest('what changed of an entry is news', async ({ store }) => {
      const log = store.revocations
      const entry = sampleRevocation('one', { until: NOON + 5, issuedUpTo: NOON - 5 })
      await log.append([entry])
      for (const change of [{ until: NOON + 9 }, { issuedUpTo: NOON }]) {
        const reader = await startReader(log)
        await log.append([{ ...entry, ...change }])
        await reader.catchUp()
        assertCovered(reader.held, [{ ...entry, ...change }], 'after the change')
        const later = await startReader(log)
        assertHeld(later.held, [...reader.held.values()], 'in a snapshot')
      }
    }),

    storeTest('what was swept and is appended again is news', async ({ store }) => {
      const log = store.revocations
      const entry = sampleRevocation('one', { until: NOON })
      await log.append([entry])
      await log.sweep(NOON)
      const reader = await startReader(log, NOON)
      await log.append([entry, sampleRevocation('two')])
      await reader.catchUp()
      assertCovered(reader.held, [entry, sampleRevocation('two')], 'after it was swept')
    }),

    storeTest('1,000 entries behind, a cursor is good', async ({ store }) => {
      const log = store.revocations
      const cursor = await endOf(store)
      const entries = sampleRevocations(1_000, 'entry')
      await log.append(entries.slice(0, 400))
      for (const entry of entries.slice(400, 410)) await log.append([entry])
      await log.append(entries.slice(410))
      assertHeld(merged(await readAfter(log, cursor)), entries, 'after the cursor')
    }),

    storeTest('10,000 of one append come in pages that end', async ({ store }) => {
      const reader = await startReader(store.revocations)
      const entries = sampleRevocations(10_000, 'entry')
      await store.revocations.append(entries)
      await reader.catchUp()
      assertHeld(reader.held, entries, 'after 10,000')
    }),

    storeTest('20,000 of 100 appends come in pages that end', async ({ handles }) => {
      const all = await handles()
      const reader = await startReader(all[0].revocations)
      const entries = sampleRevocations(20_000, 'entry')
      for (let i = 0; i < 100; i++) {
        const { revocations } = all[i % all.length] ?? all[0]
        await revocations.append(entries.slice(200 * i, 200 * (i + 1)))
      }
      await reader.catchUp()
      assertHeld(reader.held, entries, 'after 20,000')
    }),

    storeTest('a cursor outlives the handle that gave it', async ({ store, again }) => {
      if (!store.isDurable) return
      assert.ok(again, 'a durable store has to be opened once more: give the suite `again`')
      const entries = sampleRevocations(20, 'entry')
      await store.revocations.append(entries.slice(0, 5))
      const reader = await startReader(store.revocations)
      await store.revocations.append(entries.slice(5, 10))
      await reader.catchUp()
      await store.revocations.append(entries.slice(10, 15))
      await store.close()

      const { revocations } = await again()
      await revocations.append(entries.slice(15))
      const read = merged(await readAfter(revocations, reader.cursor))
      assertCovered(read, entries.slice(10), 'after the store was closed')
    }),

    storeTest('of what is no cursor the log cannot tell', async ({ store }) => {
      for (const round of [1, 2]) {
        for (const cursor of NO_CURSORS) {
          const page = await store.revocations.read(cursor).catch(String)
          assert.equal(page, undefined, `round ${round}: ${JSON.stringify(cursor)}`)
        }
        await store.revocations.append(sampleRevocations(20, 'entry'))
      }
    }),

    storeTest('a cursor that was tampered with loses nothing that comes', async ({ store }) => {
      const log = store.revocations
      await log.append(sampleRevocations(20, 'before'))
      const cursor = await endOf(store)
      const tampered = [
        // Not every one: whoever knows none of them takes a snapshot each time.
        ...Array.from(cursor, (_, i) => cursor.slice(0, i)).filter((_, i) => i % 3 === 0),
        ...Array.from(cursor, (_, i) => cursor.slice(i + 1)).filter((_, i) => i % 3 === 0),
        ...['0', '1', '9', '999999', '-', ' ', '\n', '.5', 'x'].flatMap((text) => [
          `${cursor}${text}`,
          `${text}${cursor}`,
        ]),
        cursor.toUpperCase(),
        cursor.replace(/\d(?=\D*$)/, '9'),
        cursor.replace(/\d+(?=\D*$)/, '-1'),
        cursor.replace(/\d+(?=\D*$)/, (digits) => `${digits}0000`),
        cursor.repeat(2),
      ].filter((text) => text !== cursor)
      const readers = tampered.map((from) => resumeReader(log, from))
      for (const reader of readers) await reader.catchUp()
      const after = sampleRevocations(5, 'after')
      await log.append(after)
      for (const [i, reader] of readers.entries()) {
        await reader.catchUp()
        assertCovered(reader.held, after, `after the cursor ${JSON.stringify(tampered[i])}`)
      }
    }),

    storeTest('a cursor of a log that is no more loses nothing that comes', async (bench) => {
      const cursors = [await endOf(bench.store)]
      for (let i = 0; i < 10; i++) {
        await bench.store.revocations.append(sampleRevocations(i + 1, `before ${i}`))
        cursors.push(await endOf(bench.store))
      }
      // Fewer than before a cursor, as many, and more: a number alone would be taken for one of this log.
      const { revocations } = await bench.anew()
      const entries = sampleRevocations(80, 'after')
      let appended = 0
      for (const count of [15, 45, 55, 80]) {
        while (appended < count) {
          await revocations.append(entries.slice(appended, appended + 5))
          appended += 5
        }
        for (const [n, cursor] of cursors.entries()) {
          const reader = resumeReader(revocations, cursor)
          await reader.catchUp()
          assertCovered(reader.held, entries.slice(0, count), `after the old cursor ${n}`)
        }
      }
    }),
  ],
}

/** Where a process reads on that knows all there is. */
async function endOf({ revocations }: IssuerStore): Promise<string> {
  return (await revocations.snapshot(NOON)).cursor
}
