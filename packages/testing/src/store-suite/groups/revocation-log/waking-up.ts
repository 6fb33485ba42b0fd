import assert from 'node:assert/strict'
import type { IssuerStore } from '@gatewarden/core'
import { eventually, inTime } from '../../in-time.ts'
import { startReader } from '../../log-reader.ts'
import { sampleRevocation } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

export const wakingUp: StoreTestGroup = {
  title: 'revocation log: listen',
  tests: [
    storeTest('an append wakes who listens, on every handle', async ({ handles }) => {
      const all = await handles()
      const listeners = await Promise.all([...all, ...all].map(listenTo))
      try {
        for (const [i, store] of [...all, ...all].entries()) {
          const before = listeners.map(({ calls }) => calls.count)
          await store.revocations.append([sampleRevocation(`${i}`)])
          await eventually(`all woken by append ${i}`, () =>
            listeners.every(({ calls }, n) => calls.count > (before[n] ?? 0)),
          )
        }
      } finally {
        await letGo(listeners)
      }
    }),

    storeTest('what was appended can be read when one is woken', async ({ handles }) => {
      const all = await handles()
      const [first] = all
      const other = all[1] ?? first
      const reader = await startReader(first.revocations)
      let reading = Promise.resolve()
      // Read at wake-ups and at no other time: one that comes too early has to come again.
      const end = await first.revocations.listen(() => {
        reading = reading.then(() => reader.catchUp())
      })
      try {
        for (let i = 0; i < 20; i++) {
          const { key, ...times } = sampleRevocation(`${i}`)
          await other.revocations.append([{ key, ...times }])
          await eventually(`entry ${i} read at a wake-up`, async () => {
            await reading
            return reader.held.has(key)
          })
        }
      } finally {
        await end()
        await reading
      }
    }),

    storeTest('who listens to an idle log is woken when it is one no more', async ({ handles }) => {
      const all = await handles()
      await Promise.all(all.map((store) => store.revocations.snapshot(0)))
      const listener = await listenTo(all[0])
      try {
        await all[0].revocations.sweep(0)
        await startReader(all[0].revocations)
        const { count } = listener.calls
        await (all[1] ?? all[0]).revocations.append([sampleRevocation('one')])
        await eventually('woken by the first append', () => listener.calls.count > count)
      } finally {
        await letGo([listener])
      }
    }),

    storeTest('ending it ends the calls, and may be done twice', async ({ handles }) => {
      const all = await handles()
      const ended = await Promise.all(all.map(listenTo))
      const others = await Promise.all(all.map(listenTo))
      try {
        await all[0].revocations.append([sampleRevocation('one')])
        await eventually('all woken', () =>
          [...ended, ...others].every(({ calls }) => calls.count > 0),
        )
        await inTime('ending it', endAll(ended))
        await assert.doesNotReject(inTime('ending it again', endAll(ended)))
        await assert.doesNotReject(Promise.all([endAll(ended), endAll(ended)]))
        const counts = ended.map(({ calls }) => calls.count)
        for (const name of ['two', 'three']) {
          const before = others.map(({ calls }) => calls.count)
          await all[0].revocations.append([sampleRevocation(name)])
          await eventually('the others woken', () =>
            others.every(({ calls }, i) => calls.count > (before[i] ?? 0)),
          )
        }
        assert.deepEqual(
          ended.map(({ calls }) => calls.count),
          counts,
          'woken after it was ended',
        )
      } finally {
        await letGo([...ended, ...others])
      }
    }),

    storeTest('listening twice with one function is listening twice', async ({ store }) => {
      const calls = { count: 0 }
      const wake = () => void calls.count++
      const endFirst = await store.revocations.listen(wake)
      const endSecond = await store.revocations.listen(wake)
      try {
        await endFirst()
        const { count } = calls
        await store.revocations.append([sampleRevocation('one')])
        await eventually('woken, with one of two ended', () => calls.count > count)
      } finally {
        await endFirst()
        await endSecond()
      }
    }),

    storeTest('one who ended it can listen again', async ({ store }) => {
      for (let round = 0; round < 5; round++) {
        const listener = await listenTo(store)
        try {
          await store.revocations.append([sampleRevocation(`${round}`)])
          await eventually(`woken in round ${round}`, () => listener.calls.count > 0)
        } finally {
          await letGo([listener])
        }
      }
    }),

    storeTest('who listens hinders nobody', async ({ handles }) => {
      const all = await handles()
      const [first] = all
      // More than a pool has connections by default.
      const listeners = await inTime(
        '30 who listen',
        Promise.all(Array.from({ length: 30 }, () => listenTo(first))),
      )
      try {
        for (let i = 0; i < 5; i++) {
          const append = first.revocations.append([sampleRevocation(`${i}`)])
          await inTime('an append meanwhile', append)
          await inTime('a snapshot meanwhile', startReader(first.revocations))
        }
        await eventually('all woken', () => listeners.every(({ calls }) => calls.count > 0))
      } finally {
        await letGo(listeners)
      }
    }),

    storeTest('a store can be closed while somebody listens', async ({ store }) => {
      const listener = await listenTo(store)
      await inTime('closing the store', store.close())
      await inTime('ending it after that', listener.end())
    }),
  ],
}

interface Listener {
  readonly calls: { count: number }
  readonly end: () => Promise<void>
}

async function listenTo({ revocations }: IssuerStore): Promise<Listener> {
  const calls = { count: 0 }
  const end = await inTime(
    'listening',
    revocations.listen(() => void calls.count++),
  )
  return { calls, end }
}

async function endAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map(({ end }) => end()))
}

/** After a test; if it fails, that is what to tell. */
async function letGo(listeners: readonly Listener[]): Promise<void> {
  await Promise.allSettled(listeners.map(({ end }) => end()))
}
