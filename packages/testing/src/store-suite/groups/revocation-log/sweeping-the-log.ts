import assert from 'node:assert/strict'
import { ALL_TOKENS } from '@gatewarden/core'
import { assertCovered, assertFound, assertHeld, assertLive } from '../../assert-logged.ts'
import { atOnce } from '../../at-once.ts'
import { resumeReader, startReader } from '../../log-reader.ts'
import { NOON } from '../../sample-sessions.ts'
import { sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

export const sweepingTheLog: StoreTestGroup = {
  title: 'revocation log: sweep',
  tests: [
    storeTest('an entry goes at its until, and not before', async ({ store }) => {
      const entries = [NOON, NOON + 1, NOON + 100].map((until) =>
        sampleRevocation(`until ${until}`, { until }),
      )
      await store.revocations.append(entries)
      for (const now of [0, NOON - 1, NOON - 0.001])
        assert.equal(await store.revocations.sweep(now), 0, `swept at ${now}`)
      await assertLive(store, 0, entries)
      assert.equal(await store.revocations.sweep(NOON), 1)
      await assertLive(store, 0, entries.slice(1))
      assert.equal(await store.revocations.sweep(NOON + 0.999), 0)
      assert.equal(await store.revocations.sweep(NOON + 2.5), 1)
      await assertLive(store, 0, entries.slice(2))
      assert.equal(await store.revocations.sweep(NOON + 2.5), 0)
    }),

    storeTest('untils are compared as numbers', async ({ store }) => {
      const untils = [0, 9, 10, 999_999_999, 1_000_000_000, ALL_TOKENS - 1, ALL_TOKENS]
      const entries = untils.map((until) => sampleRevocation(`until ${until}`, { until }))
      await store.revocations.append(entries)
      for (const [i, until] of untils.entries()) {
        assert.equal(await store.revocations.sweep(until), 1, `swept at ${until}`)
        await assertLive(store, 0, entries.slice(i + 1))
      }
    }),

    storeTest('a key of several rows is one entry, and goes at its latest', async ({ store }) => {
      const wide = sampleRevocation('one', { until: NOON, issuedUpTo: NOON })
      const late = sampleRevocation('one', { until: NOON + 9, issuedUpTo: NOON - 50 })
      await store.revocations.append([wide])
      await store.revocations.append([late, wide])
      assert.equal(await store.revocations.sweep(NOON), 0)
      const both = { ...late, issuedUpTo: NOON }
      await assertLive(store, 0, [both])
      await assertFound(store, [both.key], [both])
      assert.equal(await store.revocations.sweep(NOON + 8), 0)
      assert.equal(await store.revocations.sweep(NOON + 9), 1)
      await assertLive(store, 0, [])
      await assertFound(store, [both.key], [])
    }),

    storeTest('what was swept can be revoked again, on terms of its own', async ({ store }) => {
      await store.revocations.append([sampleRevocation('one', { until: NOON })])
      await store.revocations.sweep(NOON)
      const again = sampleRevocation('one', { until: NOON + 5, issuedUpTo: NOON })
      await store.revocations.append([again])
      await assertLive(store, NOON, [again])
      await assertFound(store, [again.key], [again])
      assert.equal(await store.revocations.sweep(NOON + 5), 1)
    }),

    storeTest('a log that is empty again is a log', async ({ store }) => {
      const log = store.revocations
      const reader = await startReader(log)
      for (let round = 0; round < 3; round++) {
        const entries = sampleRevocations(10, 'entry', { until: NOON + round })
        await log.append(entries)
        await reader.catchUp()
        assertCovered(reader.held, entries, `round ${round}`)
        assert.equal(await log.sweep(NOON + round), 10)
        await assertLive(store, 0, [])
        const [late] = sampleRevocations(1, `after ${round}`, { until: NOON + round })
        assert.ok(late)
        const fresh = await startReader(log)
        await log.append([late])
        for (const each of [reader, fresh]) {
          await each.catchUp()
          assertCovered(each.held, [late], `after the sweep of round ${round}`)
        }
        assert.equal(await log.sweep(NOON + round), 1)
      }
    }),

    storeTest('a reader that is behind loses nothing that is live', async ({ handles }) => {
      const all = await handles()
      const log = all[0].revocations
      const entries = Array.from({ length: 600 }, (_, i) =>
        sampleRevocation(`${i}`, { until: NOON + (i % 3) }),
      )
      const cursors = [(await log.snapshot(0)).cursor]
      for (let i = 0; i < entries.length; i += 50) {
        await log.append(entries.slice(i, i + 50))
        cursors.push((await log.snapshot(0)).cursor)
      }
      for (const [now, other] of [NOON, NOON + 1].map((at, i) => [at, all[i] ?? all[0]] as const)) {
        assert.equal(await other.revocations.sweep(now), 200)
        for (const [n, cursor] of cursors.entries()) {
          const reader = resumeReader(log, cursor, now)
          await reader.catchUp()
          const live = entries.slice(50 * n).filter(({ until }) => until > now)
          assertCovered(reader.held, live, `after cursor ${n}, swept at ${now}`)
        }
      }
      const late = sampleRevocation('late')
      await log.append([late])
      for (const cursor of cursors) {
        const reader = resumeReader(log, cursor, NOON)
        await reader.catchUp()
        assertCovered(reader.held, [late], 'after the sweeps')
      }
    }),

    storeTest('several sweeps at once count each entry once', async ({ handles }) => {
      const all = await handles()
      const live = sampleRevocations(100, 'live')
      await all[0].revocations.append([...sampleRevocations(500, 'over', { until: NOON }), ...live])
      const swept = await atOnce(4, all, (store) => store.revocations.sweep(NOON))
      assert.equal(
        swept.reduce((sum, count) => sum + count, 0),
        500,
      )
      for (const store of all) await assertLive(store, 0, live)
    }),

    storeTest('what is extended while it is swept stays', async ({ handles }) => {
      const all = await handles()
      const [first] = all
      const other = all[1] ?? first
      const reader = await startReader(first.revocations)
      for (let round = 1; round <= 10; round++) {
        const over = sampleRevocations(40, `round ${round}`, { until: NOON })
        const extended = over.map((entry) => ({ ...entry, until: NOON + round }))
        await first.revocations.append(over)
        await Promise.all([
          ...extended.slice(0, 20).map((entry) => other.revocations.append([entry])),
          first.revocations.sweep(NOON),
          ...extended.slice(20).map((entry) => first.revocations.append([entry])),
          other.revocations.sweep(NOON),
        ])
        await assertLive(first, NOON, extended)
        await reader.catchUp()
        assertCovered(reader.held, extended, `a reader in round ${round}`)
        assert.equal(await first.revocations.sweep(NOON + round), 40)
      }
    }),

    storeTest('20,000 that are over go in one call', async ({ handles }) => {
      const all = await handles()
      const live = sampleRevocations(10, 'live')
      await all[0].revocations.append([
        ...sampleRevocations(20_000, 'over', { until: NOON }),
        ...live,
      ])
      assert.equal(await all[0].revocations.sweep(NOON), 20_000)
      for (const store of all) {
        await assertLive(store, 0, live)
        const reader = await startReader(store.revocations)
        await reader.catchUp()
        assertCovered(reader.held, live, 'a new reader')
      }
      assertHeld((await startReader(all[0].revocations)).held, live, 'another')
    }),
  ],
}
