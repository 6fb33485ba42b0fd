import { randomInt } from 'node:crypto'
import { createMemoryStore } from '../../src/stores/memory/memory-store.ts'
import { runRounds } from './run-rounds.ts'

describe('AS-09 AS-24 many who present one token at once', () => {
  it('get one successor, in every round, and a logout amid them wins', async () => {
    const seed = randomInt(2 ** 30)
    const store = createMemoryStore()
    const tally = await runRounds(async () => ({ store, close: () => store.close() }), {
      rounds: Number(process.env.GATEWARDEN_ROUNDS ?? 500),
      seed,
    })
    // To see it again: npm run rounds -w packages/conformance -- --store memory --seed seed
    process.stdout.write(`rounds on memory: seed ${seed}, ${JSON.stringify(tally)}\n`)
    expect(tally.logouts).toBe(Math.floor(tally.rounds / 3))
    expect(tally.presentations).toBeGreaterThan(tally.rounds * 10)
    // The logout came too early in some rounds, and too late in others.
    expect(tally.grantedBeforeLogout).toBeGreaterThan(tally.logouts)
    expect(tally.refusedByLogout).toBeGreaterThan(tally.logouts)
  }, 600_000)
})
