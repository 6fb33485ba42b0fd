import assert from 'node:assert/strict'
import { assertCovered } from '../assert-logged.ts'
import { allOf, startReader } from '../log-reader.ts'
import { createModelStore } from '../model-store.ts'
import { anySessionOf, plain, randomOperation, snapshotOf } from '../random-operation.ts'
import { seededRandom } from '../seeded-random.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../store-test.ts'

const RUNS = 5
const TURNS = 200

/** Looking at everything takes some twenty calls: after each operation its own result has to do. */
const TURNS_PER_SNAPSHOT = 10

/** Operations nobody thought of, compared with a store that is the contract and nothing else. */
export function randomOperations(seed: number): StoreTestGroup {
  return {
    title: 'random operations',
    tests: Array.from({ length: RUNS }, (_, run) => sameAsModel(seed + run)),
  }
}

function sameAsModel(seed: number): StoreTest {
  return storeTest(
    `${TURNS} operations with seed ${seed} do what the contract says`,
    async ({ handles }) => {
      const all = await handles()
      const random = seededRandom(seed)
      const model = createModelStore()
      const readers = await Promise.all(all.map(({ revocations }) => startReader(revocations)))
      for (let turn = 0; turn < TURNS; turn++) {
        const { description, call } = randomOperation(
          random,
          turn,
          await anySessionOf(model, random),
        )
        const store = random.pick(all)
        const where = `operation ${turn} with seed ${seed}: ${description}`
        assert.deepEqual(plain(await call(store)), plain(await call(model)), where)
        if (turn % TURNS_PER_SNAPSHOT !== 0 && turn !== TURNS - 1) continue
        assert.deepEqual(await snapshotOf(store), await snapshotOf(model), `after ${where}`)
        const live = await allOf(await model.revocations.snapshot(0))
        for (const reader of readers) {
          await reader.catchUp()
          assertCovered(reader.held, [...live.values()], `a reader after ${where}`)
        }
      }
    },
  )
}
