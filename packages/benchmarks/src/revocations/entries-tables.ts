import type { Table } from '../lib/results.ts'
import { runScript } from '../lib/run-script.ts'
import type { Timed } from './block-probe.ts'
import { ALL_LEVELS } from './measure-checks.ts'
import type { Held } from './measure-entries.ts'
import type { MapHeld } from './measure-map.ts'

export interface EntriesSize {
  /** The last is held by a `Map` as well. */
  readonly entries: readonly [number, ...number[]]
  readonly tokens: number
  readonly rounds: number
}

interface Feed {
  readonly entries: number
  readonly held: Held
}

const GC = ['--expose-gc']

/** What entries take: memory, time to check a token, and time in which nothing else is done. */
export function measureEntries({ entries, tokens, rounds }: EntriesSize): Table[] {
  const feeds = entries.map((count): Feed => {
    const args = [count, tokens, rounds].map(String)
    const held = runScript('revocations/measure-entries.js', args, GC) as Held
    return { entries: count, held }
  })
  const fewest = Math.min(...entries)
  const mapArgs = [fewest, tokens].map(String)
  const map = runScript('revocations/measure-map.js', mapArgs, GC) as MapHeld
  return [memoryTable(feeds, map, fewest), checksTable(feeds), blocksTable(feeds, map, fewest)]
}

function memoryTable(feeds: readonly Feed[], map: MapHeld, inMap: number): Table {
  return {
    title: 'Entries held',
    columns: ['bytes resident each', 'bytes in use each', 'ns per check of a token'],
    rows: [
      ...feeds.map(({ entries, held: { grown, checks } }) => ({
        name: `gatewarden, ${inWords(entries)}`,
        figures: [
          grown.resident / entries,
          grown.used / entries,
          checks[ALL_LEVELS]?.nanoseconds ?? NaN,
        ],
      })),
      {
        name: `Map of texts, ${inWords(inMap)}`,
        figures: [map.grown.resident / inMap, map.grown.used / inMap, map.checkNanoseconds],
      },
    ],
  }
}

function checksTable(feeds: readonly Feed[]): Table {
  const names = Object.keys(feeds[0]?.held.checks ?? {})
  return {
    title: 'What a check takes',
    columns: feeds.flatMap(({ entries }) => [
      `ns, ${inWords(entries)} held`,
      'quartile',
      'quartile',
      'CPU ns',
    ]),
    rows: names.map((name) => ({
      name,
      figures: feeds.flatMap(({ held }) => {
        const {
          nanoseconds = NaN,
          low = NaN,
          high = NaN,
          cpuNanoseconds = NaN,
        } = held.checks[name] ?? {}
        return [nanoseconds, low, high, cpuNanoseconds]
      }),
    })),
  }
}

function blocksTable(feeds: readonly Feed[], map: MapHeld, inMap: number): Table {
  const row = (name: string, { seconds, cpuSeconds, longest, p99 }: Timed) => ({
    name,
    figures: [seconds, cpuSeconds, longest, p99],
  })
  const idle = feeds.map(({ held }) => held.idle)
  return {
    title: 'For how long entries hold up everything else',
    columns: ['seconds it takes', 'CPU seconds', 'ms, longest block', '99th percentile'],
    rows: [
      ...feeds.flatMap(({ entries, held: { loading, sweeping } }) => [
        row(`gatewarden, ${inWords(entries)} are loaded`, loading),
        row(`gatewarden, a tenth of ${inWords(entries)} leaves`, sweeping),
      ]),
      row(`Map of texts, ${inWords(inMap)} are loaded`, map.loading),
      row(`Map of texts, a tenth of ${inWords(inMap)} is deleted`, map.sweeping),
      row('a process that does nothing', {
        seconds: Math.max(...idle.map(({ seconds }) => seconds)),
        cpuSeconds: Math.max(...idle.map(({ cpuSeconds }) => cpuSeconds)),
        longest: Math.max(...idle.map(({ longest }) => longest)),
        p99: Math.max(...idle.map(({ p99 }) => p99)),
      }),
    ],
  }
}

function inWords(count: number): string {
  return count % 1e6 === 0 ? `${String(count / 1e6)} million` : count.toLocaleString('en')
}
