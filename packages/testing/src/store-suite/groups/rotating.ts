import assert from 'node:assert/strict'
import type { RotateStep, SessionRow } from '@gatewarden/core'
import { assertRow, assertStored, inserted } from '../assert-stored.ts'
import { DAY, HOUR, NOON, rotated, rotationOf, sampleSession } from '../sample-sessions.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../store-test.ts'

const JKT = 'jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
const X5T = 'x5t:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

export const rotating: StoreTestGroup = {
  title: 'sessions: rotate',
  tests: [
    storeTest('AS-06: the head is counted up, and nothing else changes', async ({ store }) => {
      const row = await inserted(
        store,
        sampleSession({
          binding: JKT,
          generation: 4,
          replays: 2,
          lateGeneration: 4,
          lateAt: NOON + 9,
        }),
      )
      const step = rotationOf(row)
      const next = await store.sessions.rotate(step)
      assertRow(next, rotated(row, step))
      await assertStored(store, next)
    }),

    storeTest('AS-06: one token after the other, and none of them twice', async ({ store }) => {
      let row = await inserted(store, sampleSession())
      for (let turn = 1; turn <= 12; turn++) {
        const step = rotationOf(row, { now: NOON + turn })
        const next = await store.sessions.rotate(step)
        assertRow(next, rotated(row, step))
        assert.equal(next.generation, turn)
        assert.equal(await store.sessions.rotate(step), undefined, 'the same token again')
        row = next
      }
      await assertStored(store, row)
    }),

    storeTest('one session is rotated, the others are not', async ({ store }) => {
      const rows = [sampleSession(), sampleSession(), sampleSession({ subject: 'bob' })] as const
      for (const row of rows) await inserted(store, row)
      assert.ok(await store.sessions.rotate(rotationOf(rows[0])))
      await assertStored(store, rows[1])
      await assertStored(store, rows[2])
    }),

    storeTest(
      'the head counts from when it became it, also when the clock was set back',
      async ({ store }) => {
        const row = await inserted(store, sampleSession())
        const step = rotationOf(row, { now: NOON - 100 })
        assertRow(await store.sessions.rotate(step), rotated(row, step))
      },
    ),

    rotates('AS-08: a second before the session is idle', {}, { now: NOON + HOUR - 1 }),
    rotates('AS-08: a thousandth before it', {}, { now: NOON + HOUR - 0.001 }),
    refuses('AS-08: when the session is idle', {}, { now: NOON + HOUR }),
    refuses('AS-08: a thousandth after that', {}, { now: NOON + HOUR + 0.001 }),
    refuses('AS-08: a second after that', {}, { now: NOON + HOUR + 1 }),
    rotates(
      'AS-08: a second before the end',
      { idleExpiresAt: NOON + DAY },
      { now: NOON + DAY - 1 },
    ),
    refuses('AS-08: at the end', { idleExpiresAt: NOON + DAY }, { now: NOON + DAY }),
    refuses(
      'AS-08: a second after the end',
      { idleExpiresAt: NOON + DAY },
      { now: NOON + DAY + 1 },
    ),
    rotates(
      'AS-08: before a fraction of the same second',
      { idleExpiresAt: NOON + 99.5 },
      { now: NOON + 99.25 },
    ),
    refuses(
      'AS-08: after a fraction of the same second',
      { idleExpiresAt: NOON + 99.5 },
      { now: NOON + 99.75 },
    ),
    refuses('a session that had ended when it was written', { idleExpiresAt: 1, expiresAt: 2 }, {}),

    refuses('AS-04: a token of another client', {}, { client: 'mobile' }),
    refuses('AS-04: a client whose name differs in case', {}, { client: 'Web' }),
    refuses('AS-04: a client whose name goes on', {}, { client: 'web ' }),
    refuses('AS-04: no client', {}, { client: '' }),
    rotates('AS-10: the key it is bound to', { binding: JKT }, {}),
    refuses('AS-10: another key', { binding: JKT }, { binding: JKT.replace('0', '1') }),
    refuses(
      'AS-10: a key whose thumbprint differs in case',
      { binding: JKT },
      { binding: JKT.toLowerCase() },
    ),
    refuses('AS-10: no key', { binding: JKT }, { binding: '' }),
    refuses('AS-10: a key where none is expected', {}, { binding: JKT }),
    refuses('AS-12: the same thumbprint, of a certificate', { binding: JKT }, { binding: X5T }),

    refuses('AS-07: the token before the head', { generation: 3 }, { generation: 2 }),
    refuses('AS-07: the first token of all', { generation: 3 }, { generation: 0 }),
    refuses('a token ahead of the head', { generation: 3 }, { generation: 4 }),
    refuses('a generation that is none', {}, { generation: -1 }),
    refuses('a handle that is unknown', {}, { handle: 'nobody' }),
    refuses('AS-24: a session that was revoked', { revokedAt: NOON + 1, revokedFor: 'logout' }, {}),
    refuses(
      'AS-24: a session that is revoked as of later',
      { revokedAt: NOON + HOUR, revokedFor: 'logout' },
      {},
    ),
    refuses('AS-24: a session that was revoked at 0', { revokedAt: 0, revokedFor: 'logout' }, {}),

    idles('goes up', { idleExpiresAt: NOON + 2 * HOUR }, NOON + 2 * HOUR),
    idles('stays when the new one is the same', { idleExpiresAt: NOON + HOUR }, NOON + HOUR),
    idles('never goes down', { idleExpiresAt: NOON + HOUR - 1 }, NOON + HOUR),
    idles('never goes down, not even to now', { idleExpiresAt: NOON + 60 }, NOON + HOUR),
    idles('AS-08: reaches the end', { idleExpiresAt: NOON + DAY }, NOON + DAY),
    idles('AS-08: never goes past the end', { idleExpiresAt: NOON + DAY + 1 }, NOON + DAY),
    idles('AS-08: never goes past the end, by however much', { idleExpiresAt: 9e15 }, NOON + DAY),
  ],
}

type Changes = readonly [title: string, row: Partial<SessionRow>, step: Partial<RotateStep>]

function rotates(...[title, row, step]: Changes): StoreTest {
  return storeTest(`rotates: ${title}`, async ({ store }) => {
    const before = await inserted(store, sampleSession(row))
    const given = rotationOf(before, step)
    assertRow(await store.sessions.rotate(given), rotated(before, given))
    await assertStored(store, rotated(before, given))
  })
}

function refuses(...[title, row, step]: Changes): StoreTest {
  return storeTest(`refuses, and changes nothing: ${title}`, async ({ store }) => {
    const before = await inserted(store, sampleSession(row))
    assert.equal(await store.sessions.rotate(rotationOf(before, step)), undefined)
    await assertStored(store, before)
  })
}

function idles(title: string, step: Partial<RotateStep>, expected: number): StoreTest {
  return storeTest(`idleExpiresAt ${title}`, async ({ store }) => {
    const row = await inserted(store, sampleSession())
    const next = await store.sessions.rotate(rotationOf(row, step))
    assert.equal(next?.idleExpiresAt, expected)
    assert.equal((await store.sessions.find(row.handle))?.idleExpiresAt, expected)
  })
}
