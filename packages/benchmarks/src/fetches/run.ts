import { printTable } from '../lib/print-table.ts'
import { saveResults } from '../lib/results.ts'
import type { Simulation } from './simulation.ts'
import { simulateCalm, simulateOutage } from './variants.ts'

const FULL: Simulation = { processes: 10_000, seconds: 7_200, rate: 10 }
export const QUICK: Simulation = { ...FULL, processes: 500 }

/** Ten minutes, between two refreshes of those that all refresh at the same time. */
export const OUTAGE = { from: 2_700, to: 3_300 }

/** What a provider sees of many processes that hold its keys. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const size = isQuick ? QUICK : FULL
  const findings = [await simulateCalm(size), await simulateOutage(size, OUTAGE)]
  const tables = findings.map(({ table }) => table)
  tables.forEach(printTable)
  if (!isQuick)
    saveResults('fetches', tables, ['jose'], { courses: findings.map(({ course }) => course) })
}
