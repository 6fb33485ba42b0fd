import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'

const BENCH = fileURLToPath(new URL('../../dist/bench.js', import.meta.url))
const RESULTS = fileURLToPath(new URL('../../results/', import.meta.url))

/** Runs a benchmark as it is built, with --quick. Returns the titles of its tables; throws when it saved anything. */
export async function runQuickly(benchmark: string): Promise<string[]> {
  const before = saved(benchmark)
  const run = ['--expose-gc', BENCH, benchmark, '--quick']
  const { stdout } = await promisify(execFile)(process.execPath, run, {
    // Without those of jest.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  if (saved(benchmark) !== before) throw new Error(`${benchmark} --quick saved its results`)
  return [...stdout.matchAll(/^### (.+)$/gm)].map(([, title = '']) => title)
}

/** When results of the benchmark were written last. */
function saved(benchmark: string): number | undefined {
  const name = `${benchmark}.json`
  if (!existsSync(RESULTS) || !readdirSync(RESULTS).includes(name)) return undefined
  return statSync(`${RESULTS}${name}`).mtimeMs
}
