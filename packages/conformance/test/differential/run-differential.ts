import fc from 'fast-check'
import { anyRecipe } from './any-recipe.ts'
import { type Agreement, compare } from './compare.ts'
import { createTokenMaker } from './make-token.ts'
import type { RecipeChanges } from './recipe.ts'
import type { Setting } from './setting.ts'
import { mostSignings } from './signing-key.ts'

/** How many tokens the two agreed on, and how. */
export interface Tally {
  tokens: number
  bothAccept: number
  bothRefuse: number
  /** By the id of the reason why the guard refuses what jose accepts. */
  readonly stricter: Map<string, number>
}

export interface RunOptions {
  readonly tokens: number
  /** The same seed makes the same recipes; keys are new in every run. */
  readonly seed: number
  /** Changes that every token has. */
  readonly around?: RecipeChanges
}

/** Several at once: jose's verifications wait for other threads. */
const AT_ONCE = 16

export function createTally(): Tally {
  return { tokens: 0, bothAccept: 0, bothRefuse: 0, stricter: new Map() }
}

/**
 * Gives the same random tokens to both.
 *
 * @throws Error of fast-check, with the smallest recipe that makes a Finding, its seed and its path
 */
export async function runDifferential(
  setting: Setting,
  { tokens, seed, around = {} }: RunOptions,
  tally: Tally,
): Promise<void> {
  const makeToken = createTokenMaker(setting)
  const most = Math.min(...setting.keys.map(mostSignings))
  const signings = most === Infinity ? most : Math.min(most, tokens / 4)
  const handful = fc.array(anyRecipe(around, signings, seed), {
    minLength: AT_ONCE,
    maxLength: AT_ONCE,
  })
  const { stackTraceLimit } = Error
  // jose collects a stack for every token that it refuses, and nobody reads it.
  Error.stackTraceLimit = 0
  try {
    await fc.assert(
      fc.asyncProperty(handful, async (batch) => {
        await Promise.all(
          batch.map(async (recipe) => {
            count(tally, await compare(setting, makeToken(recipe)))
          }),
        )
      }),
      { seed, numRuns: Math.ceil(tokens / AT_ONCE), includeErrorInReport: true },
    )
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function count(tally: Tally, agreement: Agreement): void {
  tally.tokens++
  if (agreement === 'both accept') tally.bothAccept++
  else if (agreement === 'both refuse') tally.bothRefuse++
  else for (const id of agreement) tally.stricter.set(id, (tally.stricter.get(id) ?? 0) + 1)
}
