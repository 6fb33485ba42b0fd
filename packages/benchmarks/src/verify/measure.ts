import type { Table } from '../lib/results.ts'
import { ALGORITHMS } from '../lib/tokens.ts'
import { fullSize, QUICK_SIZE, races } from './races.ts'

/*
 * The races of one algorithm, in a process of its own: `node --expose-gc measure.js <algorithm> [--quick]`. What the
 * compiler learned from other algorithms would make all contestants slower than in a server, which has one.
 */

const [name, ...args] = process.argv.slice(2)
const algorithm = ALGORITHMS.find((each) => each === name)
if (algorithm === undefined) throw new Error('usage: measure.js <algorithm> [--quick]')

const tables: Table[] = []
for await (const table of races(
  algorithm,
  args.includes('--quick') ? QUICK_SIZE : fullSize(algorithm),
)) {
  tables.push(table)
}
process.stdout.write(`${JSON.stringify(tables)}\n`)
