import assert from 'node:assert/strict'
import type { SealedKeys } from '@gatewarden/core'
import { atOnce } from '../at-once.ts'
import { DAY, NOON } from '../sample-sessions.ts'
import { storeTest, type StoreTestGroup } from '../store-test.ts'

export const keyRegister: StoreTestGroup = {
  title: 'signing keys',
  tests: [
    storeTest('there are none at first', async ({ store }) => {
      assert.equal(await store.keys.read(), undefined)
    }),

    storeTest('0 writes where there is nothing; revisions count from 1', async ({ store }) => {
      assert.equal(await store.keys.write('one', 0), true)
      assertKeys(await store.keys.read(), { revision: 1, sealed: 'one' })
      assert.equal(await store.keys.write('two', 1), true)
      assertKeys(await store.keys.read(), { revision: 2, sealed: 'two' })
      assert.equal(await store.keys.write('three', 2), true)
      assertKeys(await store.keys.read(), { revision: 3, sealed: 'three' })
    }),

    storeTest('no other revision writes where there is nothing', async ({ store }) => {
      for (const revision of [1, 2, -1])
        assert.equal(await store.keys.write('one', revision), false, `revision ${revision}`)
      assert.equal(await store.keys.read(), undefined)
      assert.equal(await store.keys.write('one', 0), true)
      assertKeys(await store.keys.read(), { revision: 1, sealed: 'one' })
    }),

    storeTest('a revision that is not the last changes nothing', async ({ store }) => {
      await store.keys.write('one', 0)
      await store.keys.write('two', 1)
      for (const revision of [0, 1, 3, -1, 20])
        assert.equal(await store.keys.write('other', revision), false, `revision ${revision}`)
      assertKeys(await store.keys.read(), { revision: 2, sealed: 'two' })
    }),

    storeTest('the same text again is a write like any other', async ({ store }) => {
      assert.equal(await store.keys.write('same', 0), true)
      assert.equal(await store.keys.write('same', 0), false)
      assert.equal(await store.keys.write('same', 1), true)
      assertKeys(await store.keys.read(), { revision: 2, sealed: 'same' })
    }),

    storeTest('of 20 first writers at once exactly one wins', async ({ handles }) => {
      const all = await handles()
      const wrote = await atOnce(20, all, (store, i) => store.keys.write(`by ${i}`, 0))
      assert.equal(wrote.filter(Boolean).length, 1)
      const sealed = `by ${wrote.indexOf(true)}`
      for (const store of all) assertKeys(await store.keys.read(), { revision: 1, sealed })
    }),

    storeTest('of 20 writers of one revision at once exactly one wins', async ({ handles }) => {
      const all = await handles()
      await all[0].keys.write('first', 0)
      for (let revision = 1; revision <= 10; revision++) {
        const wrote = await atOnce(20, all, (store, i) => store.keys.write(`by ${i}`, revision))
        assert.equal(wrote.filter(Boolean).length, 1, `revision ${revision}`)
        const sealed = `by ${wrote.indexOf(true)}`
        for (const store of all)
          assertKeys(await store.keys.read(), { revision: revision + 1, sealed })
      }
    }),

    storeTest('the tenth revision is more than the ninth', async ({ store }) => {
      for (let revision = 0; revision < 12; revision++)
        assert.equal(await store.keys.write(`text ${revision}`, revision), true)
      assertKeys(await store.keys.read(), { revision: 12, sealed: 'text 11' })
    }),

    storeTest('the text comes back letter by letter, 64 kB of it too', async ({ store }) => {
      const jwe = `${'eyJhbGciOiJkaXIi'.repeat(4_000)}.a-b_c`
      for (const [revision, sealed] of ['', 'a.b..c', '{"a":"\'\u2028\u{1f511}"}', jwe].entries()) {
        assert.equal(await store.keys.write(sealed, revision), true)
        assertKeys(await store.keys.read(), { revision: revision + 1, sealed })
      }
    }),

    storeTest('no sweep takes the keys', async ({ store }) => {
      await store.keys.write('one', 0)
      assert.equal(await store.sweep(NOON + 1_000 * DAY), 0)
      assertKeys(await store.keys.read(), { revision: 1, sealed: 'one' })
    }),
  ],
}

function assertKeys(actual: SealedKeys | undefined, expected: SealedKeys): void {
  assert.deepEqual(actual && { ...actual }, expected)
}
