import { startProgram } from '../lib/program.ts'
import type { Table } from '../lib/results.ts'
import { CONTROL } from '../lib/rounds.ts'
import { type AddedCost, EMPTY } from '../request/added-cost.ts'
import type { Added, Assignment } from './measure-added.ts'

/** What asking for revocations adds to a request with a remembered token. */
export async function measureAdded(assignment: Assignment): Promise<Table[]> {
  const program = startProgram(new URL('./measure-added.js', import.meta.url))
  const { admit, verify } = await program.ask<Added>(assignment)
  await program.stop()
  return [tableOf('admit()', admit), tableOf('verify()', verify)]
}

function tableOf(method: string, costs: readonly AddedCost[]): Table {
  const isEmpty = (name: string) => name === EMPTY || name === CONTROL
  // As they were named, which is in order of what there is to do.
  const order = [
    ...costs.filter(({ name }) => !isEmpty(name)),
    ...costs.filter(({ name }) => isEmpty(name)),
  ]
  return {
    title: `What revocation adds to one request: ${method}`,
    columns: ['µs added', 'quartile', 'quartile', 'µs in all'],
    rows: order.map(({ name, added, low, high, microseconds }) => ({
      name: name === CONTROL ? `${CONTROL}: without revocation again` : (NAMES[name] ?? name),
      figures: [added, low, high, microseconds].map(rounded),
    })),
  }
}

const NAMES: Readonly<Record<string, string>> = { [EMPTY]: 'without revocation' }

/** To nanoseconds: what is less is chance. */
function rounded(microseconds: number): number {
  return Math.round(microseconds * 1000) / 1000 + 0
}
