import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { runScript } from '../lib/run-script.ts'
import { ALGORITHMS } from '../lib/tokens.ts'

const PACKAGES = ['jose', 'jsonwebtoken', 'fast-jwt', 'aws-jwt-verify']

/** What verifying one token costs. Algorithms named among the arguments leave out the others, and nothing is saved. */
export function run(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick')
  const asked = ALGORITHMS.filter((algorithm) => args.includes(algorithm))
  const tables = (asked.length === 0 ? ALGORITHMS : asked).flatMap((algorithm) => {
    const options = quick ? ['--quick'] : []
    const found = runScript(
      'verify/measure.js',
      [algorithm, ...options],
      ['--expose-gc'],
    ) as Table[]
    found.forEach(printTable)
    return found
  })
  if (!quick && asked.length === 0) saveResults('verify', tables, PACKAGES)
  return Promise.resolve()
}
