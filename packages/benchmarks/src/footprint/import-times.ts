import type { Table } from '../lib/results.ts'
import { quantile, shuffled, spread } from '../lib/rounds.ts'
import { runScript } from '../lib/run-script.ts'
import { type Candidate, CANDIDATES } from './candidates.ts'
import type { ImportTime } from './time-import.ts'

const EMPTY = candidateOf('empty')
const CONTROL = candidateOf('control: an empty module again')

/**
 * Processes in rounds, each in another order. From what an import took, what an empty module took in the same round is
 * taken off.
 */
export function measureImportTimes(rounds: number): Table {
  const contestants = [EMPTY, ...CANDIDATES, CONTROL]
  // From here on, the system has the files in memory.
  for (const candidate of contestants) timeImport(candidate)

  const times = new Map(contestants.map(({ name }) => [name, [] as ImportTime[]]))
  for (let round = 0; round < rounds; round++) {
    for (const candidate of shuffled(contestants)) {
      times.get(candidate.name)?.push(timeImport(candidate))
    }
  }

  const over = (name: string, figure: keyof ImportTime): number[] =>
    (times.get(name) ?? []).map(
      (time, round) => time[figure] - (times.get(EMPTY.name)?.[round]?.[figure] ?? NaN),
    )
  return {
    title: 'Import time',
    columns: ['ms', 'quartile', 'quartile', 'CPU ms'],
    rows: contestants.slice(1).map(({ name }) => {
      const { ratio: middle, low, high } = spread(over(name, 'milliseconds'))
      return { name, figures: [middle, low, high, quantile(over(name, 'cpuMilliseconds'), 0.5)] }
    }),
  }
}

export function timeImport({ packages, within = [] }: Candidate): ImportTime {
  const lists = [packages, within].map((list) => JSON.stringify(list))
  return runScript('footprint/time-import.js', lists) as ImportTime
}

function candidateOf(name: string): Candidate {
  return { name, packages: ['./empty.js'] }
}
