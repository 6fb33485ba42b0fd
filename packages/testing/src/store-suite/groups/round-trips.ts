import assert from 'node:assert/strict'
import type { SessionRow } from '@gatewarden/core'
import { assertRow, assertStored, inserted } from '../assert-stored.ts'
import { HOSTILE_TEXTS } from '../hostile-texts.ts'
import { DAY, HOUR, replayOf, rotated, rotationOf, sampleSession } from '../sample-sessions.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../store-test.ts'

const EVERY_CHARACTER = Array.from({ length: 0x7e }, (_, at) => String.fromCharCode(at + 1)).join(
  '',
)

export const roundTrips: StoreTestGroup = {
  title: 'sessions: any text, any time',
  tests: [
    storeTest('data comes back letter by letter', async ({ store }) => {
      const texts = [
        '',
        'null',
        '{"a":"\\u0000"}',
        EVERY_CHARACTER,
        '\u2028\u2029\ufeff\ufffd',
        '\u{1f469}\u200d\u{1f52c} \u{10ffff}',
        JSON.stringify({ device: 'O\'Brien\'s "phone"', roles: ['a', 'b'], big: 2 ** 53 }),
        JSON.stringify(HOSTILE_TEXTS),
        'd'.repeat(8_192),
        '\u65e5'.repeat(8_192),
      ]
      for (const data of texts) {
        const row = await inserted(store, sampleSession({ data }))
        await assertStored(store, row, JSON.stringify(data.slice(0, 40)))
        const step = rotationOf(row)
        assertRow(await store.sessions.rotate(step), rotated(row, step))
      }
    }),

    storeTest('client and binding are any text', async ({ store }) => {
      for (const text of HOSTILE_TEXTS) {
        const row = await inserted(store, sampleSession({ client: text, binding: text }))
        const step = rotationOf(row)
        const wrong = { ...step, client: `${text}x` }
        assert.equal(await store.sessions.rotate(wrong), undefined, JSON.stringify(text))
        const unbound = { ...step, binding: `x${text}` }
        assert.equal(await store.sessions.rotate(unbound), undefined, JSON.stringify(text))
        assertRow(await store.sessions.rotate(step), rotated(row, step), JSON.stringify(text))
        await assertStored(store, rotated(row, step))
      }
    }),

    keepsTime('a clock that stands at 1e9', 1e9),
    keepsTime('a clock that stands at 4e9', 4e9),
    keepsTime('a clock in the year 9999', 253_402_300_799),
    keepsTime('a clock that stands at 1', 1),
    keepsTime('milliseconds', 1_800_000_000.123),
    keepsTime('microseconds', 1_800_000_000.123_456),
    keepsTime('the finest fraction a number has', 1_800_000_000.1 + 2 ** -22),
    keepsTime('tenths that no binary fraction is', 1_800_000_000.1),

    storeTest('an end that is never reached', async ({ store }) => {
      const never = Number.MAX_SAFE_INTEGER
      const row = await inserted(store, sampleSession({ idleExpiresAt: never, expiresAt: never }))
      await assertStored(store, row)
      const step = rotationOf(row, { now: 4e9 })
      assertRow(await store.sessions.rotate(step), rotated(row, step))
      assert.equal(await store.sessions.sweep(4e9), 0)
    }),
  ],
}

/** The whole life of a session, by a clock of the caller's: the store's own must not matter. */
function keepsTime(title: string, start: number): StoreTest {
  return storeTest(`times: ${title}`, async ({ store }) => {
    const { sessions } = store
    let row = await inserted(store, sampleSession({ createdAt: start }))
    await assertStored(store, row)

    for (let turn = 0; turn < 3; turn++) {
      const step = rotationOf(row, { now: row.rotatedAt + HOUR / 2 })
      const next = await sessions.rotate(step)
      assertRow(next, rotated(row, step))
      row = next
    }
    const late = await sessions.replay(replayOf(row, { now: row.rotatedAt + 60, late: true }))
    row = { ...row, replays: 1, lateGeneration: row.generation, lateAt: row.rotatedAt + 60 }
    assertRow(late, row)
    assert.equal((await sessions.list('alice', row.rotatedAt)).length, 1)
    assert.equal((await sessions.list('alice', row.idleExpiresAt)).length, 0)
    assert.equal(await sessions.rotate(rotationOf(row, { now: row.idleExpiresAt })), undefined)

    const other = await inserted(store, sampleSession({ createdAt: start }))
    const revoked: SessionRow = { ...other, revokedAt: start + 0.5, revokedFor: 'logout' }
    assert.equal(await sessions.revoke(other.sid, start + 0.5, 'logout'), true)
    await assertStored(store, revoked)

    assert.equal(await sessions.sweep(row.expiresAt - 1), 0)
    await assertStored(store, row)
    assert.equal(row.expiresAt, start + DAY)
    assert.equal(await store.sweep(row.expiresAt), 2)
  })
}
