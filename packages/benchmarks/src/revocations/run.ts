import { loadavg } from 'node:os'
import { hasRedis, startRedis } from '../http/redis-server.ts'
import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { hasPostgres, startPostgres } from '../sessions/postgres-server.ts'
import type { Places } from '../sessions/stores.ts'
import { measureAdded } from './added-tables.ts'
import { measureEntries } from './entries-tables.ts'
import { measureProcesses } from './processes-tables.ts'
import { newLogsAt } from './shared-log.ts'
import { measureStarts } from './start-table.ts'

const PACKAGES = ['pg', 'redis']

const FULL = {
  added: { users: 1000, rounds: 31, entries: 100_000 },
  processes: {
    ...{ processes: 8, checksPerSecond: 2000, burst: 100_000, bursts: 3 },
    ...{ singles: 300, lists: 100, polled: 40 },
  },
  starts: { entries: 1_000_000, times: 3 },
  entries: { entries: [10_000_000, 1_000_000], tokens: 10_000, rounds: 15 },
} as const
const QUICK = {
  added: { users: 20, rounds: 3, entries: 1000 },
  processes: {
    ...{ processes: 3, checksPerSecond: 2000, burst: 1000, bursts: 1 },
    ...{ singles: 3, lists: 2, polled: 1 },
  },
  starts: { entries: 2000, times: 1 },
  entries: { entries: [50_000], tokens: 100, rounds: 1 },
} as const

/** The parts, in the order in which they run: the shortest times first, before the machine is warm. */
const PARTS: Readonly<Record<string, (places: Places, sizes: Sizes) => Promise<Table[]>>> = {
  added: ({ redisUrl }, { added }) => measureAdded({ ...added, redisUrl }),
  processes: (places, { processes }) => measureProcesses(newLogsAt(places), processes),
  starts: (places, { starts }) => measureStarts(newLogsAt(places), starts),
  entries: (_, { entries }) => Promise.resolve(measureEntries(entries)),
}

type Sizes = typeof FULL | typeof QUICK

/**
 * Revocation: what it adds to a request, how soon every process knows, how one starts, and what many entries take. With the
 * name of a part, that alone, which is kept nowhere.
 */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const asked = Object.keys(PARTS).filter((part) => args.includes(part))
  const parts = asked.length === 0 ? Object.keys(PARTS) : asked
  const redis = hasRedis(process.env, 'the log in Redis')
    ? await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec'])
    : undefined
  const postgres = hasPostgres() ? await startPostgres() : undefined
  const places: Places = {
    redisUrl: redis && `redis://127.0.0.1:${String(redis.port)}`,
    postgres: postgres?.config,
  }
  const tables: Table[] = []
  for (const part of parts) {
    const before = loadavg()[0] ?? NaN
    const measured = await PARTS[part]!(places, isQuick ? QUICK : FULL)
    const note = loadNote(before, loadavg()[0] ?? NaN)
    const noted = measured.map((table) => ({
      ...table,
      note: [NOTES[part], note].filter(Boolean).join(' '),
    }))
    noted.forEach(printTable)
    tables.push(...noted)
  }
  await redis?.stop()
  await postgres?.stop()
  if (!isQuick && asked.length === 0) saveResults('revocations', tables, PACKAGES)
}

/** What else the machine had to do counts in times that nothing in the same round is compared with. */
function loadNote(before: number, after: number): string {
  return `The load average of the machine was ${before.toFixed(1)} before that, and ${after.toFixed(1)} after it.`
}

const NOTES: Readonly<Record<string, string>> = {
  added:
    'HS256, 1,000 users whose tokens come again and again. Added is the median of the differences to the guard without revocation within a round.',
  processes:
    'Redis keeps an append-only file that is synced every second; PostgreSQL answers when it is on the disk. ' +
    'The processes and the server share the cores of this machine.',
  starts: 'The server runs on the same machine, and its time is not in the CPU figure.',
  entries:
    'Resident is what the process grew by; in use is the heap and what lies outside of it, after garbage collection. ' +
    'Blocks are how late a timer came that was due every millisecond, that one included.',
}
