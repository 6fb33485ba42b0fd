import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'

const BENCH = fileURLToPath(new URL('../../dist/bench.js', import.meta.url))
const RESULTS = fileURLToPath(new URL('../../results/', import.meta.url))

/** Runs a benchmark as it is built, with --quick. Returns the titles of its tables; throws when it saved anything. */
export async function runQuickly(benchmark: string): Promise<string[]> {
  return [...(await printQuickly(benchmark)).matchAll(/^### (.+)$/gm)].map(
    ([, title = '']) => title,
  )
}

/** The same, with the figures of each table by the names of its rows and columns. */
export async function readQuickly(benchmark: string): Promise<Record<string, Figures>> {
  const [, ...tables] = (await printQuickly(benchmark)).split(/^### /m)
  return Object.fromEntries(
    tables.map((table) => {
      const [title = ''] = table.split('\n', 1)
      const [columns = [], , ...rows] = [...table.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) =>
        row.split(' | ').map((cell) => cell.trim()),
      )
      return [title, figuresOf(columns, rows)]
    }),
  )
}

type Figures = Record<string, Record<string, number>>

function figuresOf([, ...columns]: string[], rows: readonly string[][]): Figures {
  const read = (cell = '') => Number(cell.replaceAll(',', ''))
  return Object.fromEntries(
    rows.map(([name = '', ...cells]) => [
      name,
      Object.fromEntries(columns.map((column, at) => [column, read(cells[at])])),
    ]),
  )
}

async function printQuickly(benchmark: string): Promise<string> {
  const before = saved(benchmark)
  const run = ['--expose-gc', BENCH, benchmark, '--quick']
  const { stdout } = await promisify(execFile)(process.execPath, run, {
    // Without those of jest.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  if (saved(benchmark) !== before) throw new Error(`${benchmark} --quick saved its results`)
  return stdout
}

/** When results of the benchmark were written last. */
function saved(benchmark: string): number | undefined {
  const name = `${benchmark}.json`
  if (!existsSync(RESULTS) || !readdirSync(RESULTS).includes(name)) return undefined
  return statSync(`${RESULTS}${name}`).mtimeMs
}
