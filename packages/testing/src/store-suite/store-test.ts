import type { IssuerStore } from '@gatewarden/core'
import type { TestRunner } from '../suite/test-runner.ts'
import type { OpenStore } from './open-store.ts'

/** Tests of one part of the contract. */
export interface StoreTestGroup {
  readonly title: string
  readonly tests: readonly StoreTest[]
}

export interface StoreTest {
  readonly title: string
  readonly run: (bench: StoreBench) => Promise<void>
}

/** What a test works with. */
export interface StoreBench {
  /** Empty when the test starts. */
  readonly store: IssuerStore
  /** `store` and, where it can be had, a second way to the same data. Work is dealt out to all of them. */
  readonly handles: () => Promise<readonly [IssuerStore, ...IssuerStore[]]>
  /** Opens the same data once more; undefined where nobody else can. */
  readonly again: (() => Promise<IssuerStore>) | undefined
  /** Closes all and opens an empty store, as one whose data is lost. */
  readonly anew: () => Promise<IssuerStore>
}

export function storeTest(title: string, run: StoreTest['run']): StoreTest {
  return { title, run }
}

export function registerStoreTests(
  { title, tests }: StoreTestGroup,
  open: OpenStore,
  { describe, it }: Pick<TestRunner, 'describe' | 'it'>,
): void {
  describe(title, () => {
    for (const test of tests) it(test.title, () => runStoreTest(test, open))
  })
}

/** Every test has a store of its own: what one leaves behind, another must not fail of, or pass by. */
async function runStoreTest({ run }: StoreTest, open: OpenStore): Promise<void> {
  let opened = await open()
  const { store, again } = opened
  const openAgain = again && (() => readied(again()))
  try {
    await readied(store)
    await run({
      store,
      handles: async () => (openAgain === undefined ? [store] : [store, await openAgain()]),
      again: openAgain,
      anew: async () => {
        await opened.close()
        opened = await open()
        return readied(opened.store)
      },
    })
  } finally {
    await opened.close()
  }
}

async function readied(opening: IssuerStore | Promise<IssuerStore>): Promise<IssuerStore> {
  const store = await opening
  await store.ready()
  return store
}
