import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { quantile } from '../lib/rounds.ts'
import { runScript } from '../lib/run-script.ts'
import { CACHES } from './caches.ts'
import type { Held } from './measure.ts'
import { TOKEN_SIZES } from './token-sizes.ts'

export interface Effort {
  /** Processes for each figure. */
  readonly times: number
  /** How many tokens are remembered. */
  readonly tokens: readonly number[]
}

const FULL: Effort = { times: 3, tokens: [10_000, 50_000] }
export const QUICK: Effort = { times: 1, tokens: [2_000] }

/** What a remembered token costs in memory. */
export function run(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick')
  const tables = Object.keys(TOKEN_SIZES).map((size) => {
    const table = measureCaches(size, quick ? QUICK : FULL)
    printTable(table)
    return table
  })
  if (!quick) saveResults('memory', tables, ['fast-jwt'])
  return Promise.resolve()
}

/** The median over processes, for each cache and each number of tokens. */
export function measureCaches(size: string, { times, tokens }: Effort): Table {
  const lengths: number[] = []
  const measure = (cache: string, count: number): number => {
    const held = Array.from({ length: times }, () => measureOnce(cache, count, size))
    lengths.push(...held.map(({ charactersPerToken }) => charactersPerToken))
    return quantile(
      held.map(({ bytesPerToken }) => bytesPerToken),
      0.5,
    )
  }
  const rows = Object.keys(CACHES).map((name) => ({
    name,
    figures: tokens.map((count) => measure(name, count)),
  }))
  return {
    title: `Tokens of ${quantile(lengths, 0.5).toFixed(0)} characters`,
    columns: tokens.map((count) => `bytes per token, ${count.toLocaleString('en')} held`),
    rows,
  }
}

function measureOnce(cache: string, tokens: number, size: string): Held {
  return runScript('memory/measure.js', [cache, String(tokens), size], ['--expose-gc']) as Held
}
