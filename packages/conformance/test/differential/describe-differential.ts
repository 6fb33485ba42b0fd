import { randomInt } from 'node:crypto'
import { createTally, runDifferential } from './run-differential.ts'
import { allSettings, tokensFor } from './settings/all.ts'
import type { NamedSetting } from './setting.ts'

/** Over all files. `npm run differential` takes any number. */
export const TOKENS = 200_000

const seed = randomInt(2 ** 30)

/**
 * jose is the oracle. Whatever it refuses, the guard refuses. The guard refuses more, and every reason is on the list
 * in stricter-than-jose.ts.
 */
export function describeDifferential(settings: readonly NamedSetting[]): void {
  describe.each(settings)('differential against jose: $name', (named) => {
    const tokens = tokensFor(named, TOKENS)
    const options = { tokens, seed: seed + allSettings.indexOf(named) }

    it('accepts nothing that jose refuses, and refuses nothing that jose accepts but what is on the list', async () => {
      const tally = createTally()
      await runDifferential(named.create(), options, tally)
      // Where it went well, too. To see it again: npm run differential -- --only 'name' --seed seed --tokens tokens
      process.stdout.write(
        `${named.name}: seed ${options.seed}, ${tally.tokens} tokens, ${tally.bothAccept} accepted by both\n`,
      )
      // A comparison of accepted tokens proves nothing when none is.
      expect(tally.tokens).toBeGreaterThanOrEqual(tokens)
      expect(tally.bothAccept).toBeGreaterThan(tokens / 20)
      expect(tally.bothRefuse).toBeGreaterThan(tokens / 20)
      expect(tally.stricter.size).toBeGreaterThan(3)
    }, 600_000)
  })
}
