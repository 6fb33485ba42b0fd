import { printTable } from '../lib/print-table.ts'
import { saveResults } from '../lib/results.ts'
import { measureScale, type ScaleSize } from './measure.ts'

const FULL: ScaleSize = {
  issuers: 1_000,
  rate: 1_000,
  speed: 60,
  warmUp: 15,
  outages: 100,
  flood: { tokens: 100_000, rate: 5_000 },
}
const QUICK: ScaleSize = {
  issuers: 50,
  rate: 200,
  speed: 120,
  // A process starts and makes its keys meanwhile, which takes a busy machine longer.
  warmUp: 6,
  outages: 3,
  flood: { tokens: 2_000, rate: 1_000 },
}

/** A thousand issuers whose keys rotate, while a tenth of their providers misbehave. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const { tables, course, failures } = await measureScale(isQuick ? QUICK : FULL)
  tables.forEach(printTable)
  for (const [why, times] of failures) process.stderr.write(`${String(times)} times ${why}\n`)
  if (!isQuick) saveResults('scale', tables, [], { courses: [course] })
}
