import { printTable } from '../lib/print-table.ts'
import { saveResults } from '../lib/results.ts'
import { CANDIDATES } from './candidates.ts'
import { measureImportTimes } from './import-times.ts'
import { measureInstallSizes } from './install-sizes.ts'

/** How long an import takes, and how much is installed for it. */
export function run(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick')
  const tables = [measureImportTimes(quick ? 1 : 15), measureInstallSizes()]
  tables.forEach(printTable)
  const packages = CANDIDATES.flatMap(({ packages: names }) => names)
  if (!quick) saveResults('footprint', tables, [...new Set(packages)])
  return Promise.resolve()
}
