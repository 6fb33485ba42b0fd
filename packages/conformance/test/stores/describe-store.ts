import { randomInt } from 'node:crypto'
import { createTestClock } from '@gatewarden/testing'
import { aroundStore } from '../../../issuer/test/around-store.ts'
import { expectNothingLogsIn, liveThrough } from '../../../issuer/test/nothing-stored.ts'
import { runRounds } from '../../../issuer/test/rounds/run-rounds.ts'
import type { RealStore } from './opened-store.ts'

/** For CI. `npm run rounds` takes any number. */
const ROUNDS = 500

/** What an issuer promises, on a store that real processes share. */
export function describeStore(name: string, open: () => Promise<RealStore>): void {
  it('AS-09 AS-24 gives one successor to many who present one token, and lets a logout win', async () => {
    const seed = randomInt(2 ** 30)
    const tally = await runRounds(open, { rounds: ROUNDS, seed })
    // To see it again: npm run rounds -- --store name --rounds 500 --seed seed
    process.stdout.write(`rounds on ${name}: seed ${seed}, ${JSON.stringify(tally)}\n`)
    expect(tally).toMatchObject({ rounds: ROUNDS, logouts: Math.floor(ROUNDS / 3) })
    expect(tally.grantedBeforeLogout).toBeGreaterThan(0)
    expect(tally.refusedByLogout).toBeGreaterThan(0)
  }, 600_000)

  it('AS-13 holds nothing that logs anyone in (invariant 12)', async () => {
    const { store, dump, close } = await open()
    try {
      const clock = createTestClock()
      const seen: unknown[] = []
      const watched = aroundStore(store, async ({ parameters }, run) => {
        const answer = await run()
        seen.push(parameters, answer)
        return answer
      })
      const lived = await liveThrough({ store: watched, clock })
      const stolen = await dump()
      // The sessions, the keys and the revocations are in it: else the search proves nothing.
      const text = JSON.stringify(stolen)
      const { handle } = (await store.sessions.findBySid(lived.head.sid))!
      for (const part of [handle, lived.head.sid, (await store.keys.read())!.sealed])
        expect(text.includes(part)).toBe(true)
      const tried = await expectNothingLogsIn({ store, dump: [stolen, seen], lived })
      expect(tried).toBeGreaterThan(1_000)
    } finally {
      await close()
    }
  }, 600_000)
}
