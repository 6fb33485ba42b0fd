import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describeMachine, type Machine } from './machine.ts'

/** One table of a benchmark: what was measured for each contestant. */
export interface Table {
  readonly title: string
  /** Names of the figures in the order to show them, each with its unit: `µs per token`. */
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly figures: readonly number[] }[]
  /** What a reader has to know to read the figures right. */
  readonly note?: string
}

/** Figures over time, for a picture with one panel below the other. */
export interface Course {
  readonly title: string
  /** What the time is counted in. */
  readonly axis: string
  /** From one point to the next, counted in that. */
  readonly step: number
  readonly lines: readonly {
    readonly name: string
    readonly measure: string
    readonly points: readonly number[]
  }[]
}

/** What one benchmark found, as it is kept in `results/`. */
export interface Results {
  readonly benchmark: string
  readonly date: string
  readonly command: string
  readonly machine: Machine
  readonly tables: readonly Table[]
  readonly courses?: readonly Course[]
}

/** Where results are kept, seen from `src` and from `dist`. */
export const RESULTS_FOLDER = new URL('../../results/', import.meta.url)

/** Keeps what a benchmark found for the report. */
export function saveResults(
  benchmark: string,
  tables: readonly Table[],
  packages: readonly string[],
  {
    command = `npm run bench -- ${benchmark}`,
    courses,
    more = {},
    folder = RESULTS_FOLDER,
  }: {
    /** What measures it again. */
    command?: string
    courses?: readonly Course[]
    /** What no table can hold. */
    more?: Readonly<Record<string, unknown>>
    folder?: URL
  } = {},
): void {
  const results: Results = {
    benchmark,
    date: new Date().toISOString().slice(0, 10),
    command,
    machine: describeMachine(packages),
    tables,
    ...(courses === undefined ? {} : { courses }),
    ...more,
  }
  mkdirSync(folder, { recursive: true })
  const file = fileURLToPath(new URL(`${benchmark}.json`, folder))
  writeFileSync(file, JSON.stringify(results, withoutNoise, 2))
  // As the rest of the repository is formatted: the file is committed.
  const prettier = createRequire(import.meta.url).resolve('prettier/bin/prettier.cjs')
  execFileSync(process.execPath, [prettier, '--write', '--log-level', 'warn', file])
}

/** Five digits say more than any measurement; counts stay as they are. */
function withoutNoise(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value
}
