import assert from 'node:assert/strict'
import { ALL_TOKENS } from '@gatewarden/core'
import { assertFound } from '../../assert-logged.ts'
import { NOON } from '../../sample-sessions.ts'
import { keyNamed, sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

export const finding: StoreTestGroup = {
  title: 'revocation log: find',
  tests: [
    storeTest('nothing of keys that were never written', async ({ store }) => {
      await store.revocations.append([sampleRevocation('one')])
      assert.equal(await store.revocations.find([keyNamed('two')]), '')
      assert.equal(await store.revocations.find(['_'.repeat(24), '-'.repeat(24)]), '')
      assert.equal(await store.revocations.find(sampleRevocations(7, 'none').map(keyOf)), '')
    }),

    storeTest('nothing of no keys', async ({ store }) => {
      assert.equal(await store.revocations.find([]), '')
      await store.revocations.append([sampleRevocation('one')])
      assert.equal(await store.revocations.find([]), '')
    }),

    storeTest('the entries of the keys, and no others', async ({ store }) => {
      const [one, two, three] = sampleRevocations(3, 'entry', { issuedUpTo: NOON })
      assert.ok(one && two && three)
      await store.revocations.append([one, two, three])
      await assertFound(store, [two.key], [two])
      await assertFound(store, [three.key, keyNamed('none'), one.key], [one, three])
    }),

    storeTest('a key that is asked for twice', async ({ store }) => {
      const entry = sampleRevocation('one')
      await store.revocations.append([entry])
      const none = keyNamed('none')
      await assertFound(store, [entry.key, none, entry.key, none, entry.key], [entry])
    }),

    storeTest('live or not', async ({ store }) => {
      const entries = [0, 1, NOON, ALL_TOKENS].map((until) =>
        sampleRevocation(`until ${until}`, { until }),
      )
      await store.revocations.append(entries)
      await store.revocations.snapshot(NOON)
      await assertFound(store, entries.map(keyOf), entries)
    }),

    storeTest('nothing of what was swept', async ({ store }) => {
      const [one, two] = [
        sampleRevocation('one', { until: NOON }),
        sampleRevocation('two', { until: NOON + 1 }),
      ]
      await store.revocations.append([one, two])
      await store.revocations.sweep(NOON)
      await assertFound(store, [one.key, two.key], [two])
    }),

    storeTest('what another handle appended, at once', async ({ handles }) => {
      const all = await handles()
      for (let i = 0; i < 10; i++) {
        const entry = sampleRevocation(`${i}`)
        await (all[i % all.length] ?? all[0]).revocations.append([entry])
        for (const store of all) await assertFound(store, [entry.key], [entry])
      }
    }),

    storeTest('of 1,000 keys, those that are there', async ({ store }) => {
      const entries = sampleRevocations(1_000, 'entry')
      const isKept = (_: unknown, i: number) => i % 3 === 0
      await store.revocations.append(entries.filter(isKept))
      await store.revocations.append(sampleRevocations(1_000, 'others'))
      await assertFound(store, entries.map(keyOf), entries.filter(isKept))
    }),
  ],
}

function keyOf({ key }: { readonly key: string }): string {
  return key
}
