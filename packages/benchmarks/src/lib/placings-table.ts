import type { Table } from './results.ts'
import { CONTROL, type Placing } from './rounds.ts'

/** The outcome of a race as a table: the fastest first, the control last. */
export function placingsTable(
  title: string,
  operation: string,
  baseline: string,
  placings: readonly Placing[],
): Table {
  const order = [...placings].sort(
    (a, b) => Number(a.name === CONTROL) - Number(b.name === CONTROL) || b.ratio - a.ratio,
  )
  return {
    title,
    columns: [
      `µs per ${operation}`,
      'CPU µs',
      `${operation}s per second`,
      `times ${baseline}`,
      'quartile',
      'quartile',
    ],
    rows: order.map(({ name, nanoseconds, cpuNanoseconds, ratio, low, high }) => ({
      name: name === CONTROL ? `${CONTROL}: ${baseline} again` : name,
      figures: [nanoseconds / 1e3, cpuNanoseconds / 1e3, 1e9 / nanoseconds, ratio, low, high],
    })),
  }
}
