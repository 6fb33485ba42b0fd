import assert from 'node:assert/strict'
import type { IssuerStore, SessionRow } from '@gatewarden/core'
import { assertRow, assertStored, inserted } from '../assert-stored.ts'
import { atOnce } from '../at-once.ts'
import { HOUR, NOON, replayOf, rotated, rotationOf, sampleSession } from '../sample-sessions.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../store-test.ts'

/** The two tabs, the thief and the victim, the logout and the refresh: what happens at once. */
export const rotationRaces: StoreTestGroup = {
  title: 'sessions: at once',
  tests: [
    oneWinner(2, 40),
    oneWinner(10, 10),
    oneWinner(50, 4),

    storeTest('AS-09: 10 chains on one session move it one step at a time', async ({ handles }) => {
      const all = await handles()
      const row = await inserted(all[0], sampleSession())
      const won = await atOnce(10, all, (store) => rotateOnAndOn(store, row, 8))
      const last = await all[0].sessions.find(row.handle)
      const generations = won.flat().sort((a, b) => a - b)
      assert.deepEqual(
        generations,
        generations.map((_, at) => at + 1),
        'a generation was skipped, or given out twice',
      )
      assert.equal(last?.generation, generations.length)
    }),

    storeTest('a session is never seen half-changed', async ({ handles }) => {
      const all = await handles()
      const row = await inserted(all[0], sampleSession())
      let isOver = false
      const rotateAll = async () => {
        for (let turn = 0; turn < 20; turn++) {
          const step = rotationOf(row, { generation: turn, now: NOON + turn + 1 })
          assert.ok(await all[0].sessions.rotate(step))
        }
        isOver = true
      }
      const look = async (store: IssuerStore) => {
        while (!isOver) {
          for (const seen of [
            await store.sessions.find(row.handle),
            await store.sessions.findBySid(row.sid),
            ...(await store.sessions.list('alice', NOON)),
          ]) {
            const generation = seen?.generation ?? 0
            const step = rotationOf(row, { now: NOON + generation })
            const expected = generation === 0 ? row : rotated(row, step)
            assertRow(seen, { ...expected, generation })
          }
        }
      }
      await Promise.all([rotateAll(), ...all.map(look), look(all[0])])
    }),

    storeTest('a session is rotated while others are, each by itself', async ({ handles }) => {
      const all = await handles()
      const rows = await atOnce(20, all, (store) => inserted(store, sampleSession()))
      await atOnce(60, all, (store, i) => {
        const row = rows[i % rows.length]
        assert.ok(row)
        return store.sessions.rotate(rotationOf(row))
      })
      for (const row of rows) await assertStored(all[0], rotated(row, rotationOf(row)))
    }),

    storeTest(
      'AS-24: once a session is revoked, no rotation counts any more',
      async ({ handles }) => {
        const all = await handles()
        for (let round = 0; round < 60; round++) await revokeDuringRotations(all, round)
      },
    ),

    storeTest('a replay that comes with the rotation does not undo it', async ({ handles }) => {
      const all = await handles()
      for (let round = 0; round < 30; round++) {
        const row = await inserted(all[0], sampleSession({ generation: 1 }))
        const step = rotationOf(row)
        const results = await atOnce(6, all, (store, i) =>
          i === round % 6
            ? store.sessions.rotate(step)
            : store.sessions.replay(replayOf(row, { late: false })),
        )
        assert.ok(results[round % 6], 'the rotation was refused')
        // Replays counted before it, or were refused after it: either way the new head starts at 0.
        await assertStored(all[0], rotated(row, step))
      }
    }),

    storeTest('20 replays at once are counted, every one', async ({ handles }) => {
      const all = await handles()
      const row = await inserted(all[0], sampleSession({ generation: 1 }))
      const results = await atOnce(20, all, (store, i) =>
        store.sessions.replay(replayOf(row, { now: NOON + 60 + i, late: true })),
      )
      const counts = results.map((result) => result?.replays ?? 0).sort((a, b) => a - b)
      assert.deepEqual(
        counts,
        counts.map((_, at) => at + 1),
      )
      const stored = await all[0].sessions.find(row.handle)
      assert.ok(stored)
      const first = results.find((result) => result?.replays === 1)
      assertRow(stored, { ...row, replays: 20, lateGeneration: 1, lateAt: first?.lateAt ?? null })
    }),

    storeTest('of 20 revocations at once exactly one ends the session', async ({ handles }) => {
      const all = await handles()
      const row = await inserted(all[0], sampleSession())
      const ended = await atOnce(20, all, (store, i) =>
        store.sessions.revoke(row.sid, NOON + i, `reason ${i}`),
      )
      assert.equal(ended.filter(Boolean).length, 1)
      const winner = ended.indexOf(true)
      const revokedFor = `reason ${winner}`
      await assertStored(all[0], { ...row, revokedAt: NOON + winner, revokedFor })
    }),
  ],
}

/** AS-09, in several rounds: the order in which calls arrive is another each time. */
function oneWinner(count: number, rounds: number): StoreTest {
  return storeTest(`AS-09: of ${count} rotations at once exactly one wins`, async ({ handles }) => {
    const all = await handles()
    for (let round = 0; round < rounds; round++) {
      const row = await inserted(all[0], sampleSession())
      const results = await atOnce(count, all, (store, i) =>
        store.sessions.rotate(rotationOf(row, { now: NOON + 60 + i })),
      )
      const winners = results.filter((result) => result !== undefined)
      assert.equal(winners.length, 1, `${winners.length} rotations of one token won`)
      const now = NOON + 60 + results.findIndex((result) => result !== undefined)
      await assertStored(all[0], rotated(row, rotationOf(row, { now })))
      assertRow(winners[0], rotated(row, rotationOf(row, { now })))
    }
  })
}

/** Uses the head, whichever it is, up to so many times. Resolves to the generations it got. */
async function rotateOnAndOn(store: IssuerStore, row: SessionRow, turns: number) {
  const won: number[] = []
  let { generation } = row
  for (let turn = 0; turn < turns; turn++) {
    const next = await store.sessions.rotate(rotationOf(row, { generation }))
    if (next !== undefined) won.push(next.generation)
    const head = next ?? (await store.sessions.find(row.handle))
    if (head?.revokedAt !== null) break
    generation = head.generation
  }
  return won
}

async function revokeDuringRotations(
  all: readonly [IssuerStore, ...IssuerStore[]],
  round: number,
): Promise<void> {
  const row = await inserted(all[0], sampleSession())
  const revoking = all[all.length - 1] ?? all[0]
  let ended: SessionRow | undefined

  const revokeAfter = async (calls: number) => {
    for (let call = 0; call < calls; call++) await revoking.sessions.find(row.handle)
    assert.equal(await revoking.sessions.revoke(row.sid, NOON + 61, 'logout'), true)
    // What a rotation still changes from here on, it changes although the session was revoked.
    ended = await revoking.sessions.find(row.handle)
    for (const store of all) {
      const generation = ended?.generation ?? 0
      const late = await store.sessions.rotate(rotationOf(row, { generation }))
      assert.equal(late, undefined, 'a rotation succeeded after the revocation had resolved')
    }
    return []
  }
  const won = await atOnce(4, all, (store, i) =>
    i === 3 ? revokeAfter(round % 5) : rotateOnAndOn(store, row, 8),
  )
  const generation = won.flat().length
  assert.ok(ended)
  await assertStored(
    all[0],
    { ...ended, generation, revokedAt: NOON + 61, revokedFor: 'logout' },
    'a rotation changed the session after it was revoked',
  )
  assert.ok(ended.idleExpiresAt <= NOON + 60 + HOUR)
}
