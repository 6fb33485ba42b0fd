import { CONTROL, quantile, shuffled } from '../lib/rounds.ts'
import { BARE, type ServerContestant } from './contestants.ts'

export interface ServerCost {
  readonly name: string
  /** Median over all windows of all rounds: computing time for one request. */
  readonly microseconds: number
  /** Median of what it is more than the bare framework's in the same round. */
  readonly added: number
  /** Median of how often it is the bare framework's in the same round. */
  readonly ratio: number
  /** Half of the windows had a ratio between `low` and `high`. */
  readonly low: number
  readonly high: number
}

/** Runs the contestants of one family once, in random order, the bare framework a second time as the control. */
export async function runRound(
  contestants: readonly ServerContestant[],
  measure: (contestant: ServerContestant) => Promise<number[]>,
): Promise<Map<string, number[]>> {
  const bare = contestants.find(({ guard }) => guard === BARE)
  if (bare === undefined) throw new Error('the bare framework is not among the contestants')
  const named = contestants.map((contestant) => ({ name: nameOf(contestant), contestant }))
  const costs = new Map<string, number[]>()
  for (const { name, contestant } of shuffled([...named, { name: CONTROL, contestant: bare }])) {
    costs.set(name, await measure(contestant))
  }
  return costs
}

/** The cheapest first, the bare framework and its control last. */
export function summarise(rounds: readonly ReadonlyMap<string, readonly number[]>[]): ServerCost[] {
  const names = [...(rounds[0]?.keys() ?? [])]
  const summaries = names.map((name) => {
    const costs = rounds.flatMap((round) => {
      const bare = quantile(round.get(BARE) ?? [], 0.5)
      return (round.get(name) ?? []).map((cost) => ({ cost, bare }))
    })
    const ratios = costs.map(({ cost, bare }) => cost / bare)
    return {
      name,
      microseconds: quantile(
        costs.map(({ cost }) => cost),
        0.5,
      ),
      added: quantile(
        costs.map(({ cost, bare }) => cost - bare),
        0.5,
      ),
      ratio: quantile(ratios, 0.5),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
    }
  })
  const isBare = (name: string) => name === BARE || name === CONTROL
  return summaries.sort(
    (a, b) => Number(isBare(a.name)) - Number(isBare(b.name)) || a.ratio - b.ratio,
  )
}

function nameOf({ guard, algorithm }: ServerContestant): string {
  return algorithm === undefined ? guard : `${guard}, ${algorithm}`
}
