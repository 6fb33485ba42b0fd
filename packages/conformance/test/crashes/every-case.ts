import { type Cut, CUTS } from './cut.ts'
import type { Ground } from './grounds.ts'
import { type Case, runCases } from './run-cases.ts'
import type { Scenario } from './scenario.ts'

/**
 * Every scenario, cut off at every of its steps: before, during and after it, or at one of them in turns. Runs each once
 * to its end, to see how many steps that are.
 */
export async function everyCase(
  ground: Ground,
  scenarios: readonly Scenario[],
  extent: 'all' | 'one of three',
): Promise<Case[]> {
  const whole = scenarios.map((scenario) => ({ scenario }))
  // Twice: the first time, a Redis is sent the text of each script as well.
  await runCases(ground, whole)
  const outcomes = await runCases(ground, whole)
  return scenarios.flatMap((scenario, number) => {
    const outcome = outcomes[number]!
    if (outcome === 'cut off') throw new Error(`${scenario.name} did not end`)
    return cutsOf(outcome.sent)
      .filter(({ at, when }) => extent === 'all' || when === CUTS[(number + at) % CUTS.length])
      .map((cut) => ({ scenario, cut }))
  })
}

function cutsOf(steps: number): Cut[] {
  return Array.from({ length: steps }, (_, at) => CUTS.map((when) => ({ at: at + 1, when }))).flat()
}
