import assert from 'node:assert/strict'
import type { ReplayStep, SessionRow } from '@gatewarden/core'
import { assertRow, assertStored, inserted } from '../assert-stored.ts'
import {
  DAY,
  HOUR,
  NOON,
  replayOf,
  rotated,
  rotationOf,
  sampleSession,
} from '../sample-sessions.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../store-test.ts'

export const replaying: StoreTestGroup = {
  title: 'sessions: replay',
  tests: [
    storeTest('replays are counted, and nothing else changes', async ({ store }) => {
      const row = await inserted(store, sampleSession({ generation: 1 }))
      for (let replays = 1; replays <= 5; replays++) {
        const next = await store.sessions.replay(replayOf(row, { now: NOON + replays }))
        assertRow(next, { ...row, replays })
      }
      await assertStored(store, { ...row, replays: 5 })
    }),

    storeTest('a late replay is noted with its generation and time', async ({ store }) => {
      const row = await inserted(store, sampleSession({ generation: 1 }))
      const next = await store.sessions.replay(replayOf(row, { now: NOON + 90, late: true }))
      assertRow(next, { ...row, replays: 1, lateGeneration: 1, lateAt: NOON + 90 })
      await assertStored(store, next)
    }),

    storeTest('a late replay at generation 0, at the time 0, is one too', async ({ store }) => {
      const row = await inserted(store, sampleSession())
      const first = await store.sessions.replay(replayOf(row, { now: 0, late: true }))
      assertRow(first, { ...row, replays: 1, lateGeneration: 0, lateAt: 0 })
      const second = await store.sessions.replay(replayOf(row, { now: 5, late: true }))
      assertRow(second, { ...row, replays: 2, lateGeneration: 0, lateAt: 0 })
      await assertStored(store, second)
    }),

    storeTest('of several late ones at one generation the first is kept', async ({ store }) => {
      const row = await inserted(store, sampleSession({ generation: 1 }))
      for (const now of [NOON + 90, NOON + 91, NOON + 80])
        await store.sessions.replay(replayOf(row, { now, late: true }))
      await assertStored(store, { ...row, replays: 3, lateGeneration: 1, lateAt: NOON + 90 })
    }),

    storeTest('a late one at a new generation moves both', async ({ store }) => {
      const row = await inserted(store, sampleSession({ generation: 1 }))
      await store.sessions.replay(replayOf(row, { now: NOON + 90, late: true }))
      const step = rotationOf(row, { now: NOON + 100 })
      const head = rotated({ ...row, lateGeneration: 1, lateAt: NOON + 90 }, step)
      assertRow(await store.sessions.rotate(step), head, 'rotate keeps what was late')
      const next = await store.sessions.replay(replayOf(head, { now: NOON + 190, late: true }))
      assertRow(next, { ...head, replays: 1, lateGeneration: 2, lateAt: NOON + 190 })
      await assertStored(store, next)
    }),

    storeTest('one in time leaves what was late before', async ({ store }) => {
      const before = { generation: 5, lateGeneration: 4, lateAt: NOON + 9 }
      const row = await inserted(store, sampleSession(before))
      assertRow(await store.sessions.replay(replayOf(row)), { ...row, replays: 1 })
      await assertStored(store, { ...row, replays: 1 })
    }),

    storeTest('a rotation starts the count anew', async ({ store }) => {
      const row = await inserted(store, sampleSession({ generation: 1 }))
      for (let count = 0; count < 3; count++) await store.sessions.replay(replayOf(row))
      const step = rotationOf(row)
      const head = rotated(row, step)
      assertRow(await store.sessions.rotate(step), head)
      assertRow(await store.sessions.replay(replayOf(head)), { ...head, replays: 1 })
    }),

    counts('a second before the session is idle', {}, { now: NOON + HOUR - 1 }),
    refuses('when the session is idle', {}, { now: NOON + HOUR }),
    refuses('a second after that', {}, { now: NOON + HOUR + 1 }),
    counts('a second before the end', { idleExpiresAt: NOON + DAY }, { now: NOON + DAY - 1 }),
    refuses('at the end', { idleExpiresAt: NOON + DAY }, { now: NOON + DAY }),
    refuses('a second after the end', { idleExpiresAt: NOON + DAY }, { now: NOON + DAY + 1 }),
    counts(
      'before a fraction of the same second',
      { idleExpiresAt: NOON + 99.5 },
      { now: NOON + 99.25 },
    ),
    refuses(
      'after a fraction of the same second',
      { idleExpiresAt: NOON + 99.5 },
      { now: NOON + 99.75 },
    ),
    refuses('a head that is older', { generation: 3 }, { generation: 2 }),
    refuses('a head that is ahead', { generation: 3 }, { generation: 4 }),
    refuses('a session that was revoked', { revokedAt: NOON + 1, revokedFor: 'logout' }, {}),
    refuses('a session that was revoked at 0', { revokedAt: 0, revokedFor: 'logout' }, {}),
    refuses('a handle that is unknown', {}, { handle: 'nobody' }),
  ],
}

type Changes = readonly [title: string, row: Partial<SessionRow>, step: Partial<ReplayStep>]

function counts(...[title, row, step]: Changes): StoreTest {
  return storeTest(`counts: ${title}`, async ({ store }) => {
    const before = await inserted(store, sampleSession(row))
    assertRow(await store.sessions.replay(replayOf(before, step)), { ...before, replays: 1 })
    await assertStored(store, { ...before, replays: 1 })
  })
}

function refuses(...[title, row, step]: Changes): StoreTest {
  return storeTest(`refuses, and changes nothing: ${title}`, async ({ store }) => {
    const before = await inserted(store, sampleSession(row))
    for (const late of [false, true])
      assert.equal(await store.sessions.replay(replayOf(before, { late, ...step })), undefined)
    await assertStored(store, before)
  })
}
