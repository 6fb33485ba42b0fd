import type { Table } from '../lib/results.ts'
import { quantile } from '../lib/rounds.ts'
import { runScript } from '../lib/run-script.ts'
import { fillLog } from './fill-log.ts'
import type { Started } from './measure-start.ts'
import type { LogAddress } from './shared-log.ts'

export interface StartSize {
  readonly entries: number
  /** Processes for each figure. */
  readonly times: number
}

/** From a log that holds so many to a feed that is ready, in a new process. */
export async function measureStarts(
  addresses: readonly LogAddress[],
  { entries, times }: StartSize,
): Promise<Table[]> {
  if (addresses.length === 0) return []
  const rows: Table['rows'][number][] = []
  for (const address of addresses) {
    await fillLog(address, entries)
    const starts = Array.from({ length: times }, () => start(address, entries))
    rows.push({
      name: address.store,
      figures: [
        quantile(
          starts.map(({ seconds }) => seconds),
          0.5,
        ),
        Math.max(...starts.map(({ seconds }) => seconds)),
        quantile(
          starts.map(({ cpuSeconds }) => cpuSeconds),
          0.5,
        ),
        Math.max(...starts.map(({ longest }) => longest)),
        quantile(
          starts.map(({ p99 }) => p99),
          0.5,
        ),
      ],
    })
  }
  return [
    {
      title: `A process that starts with ${entries.toLocaleString('en')} entries in the store`,
      columns: [
        'seconds until ready, median',
        'longest',
        'CPU seconds of the process',
        'ms, longest block',
        '99th percentile',
      ],
      rows,
    },
  ]
}

function start(address: LogAddress, entries: number): Started {
  const started = runScript('revocations/measure-start.js', [JSON.stringify(address)]) as Started
  if (started.entries !== entries) throw new Error(`${String(started.entries)} entries were read`)
  return started
}
