import { loadavg } from 'node:os'
import { hasRedis, startRedis } from '../http/redis-server.ts'
import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { runScript } from '../lib/run-script.ts'
import { measureParts } from './parts.ts'
import { hasPostgres, startPostgres } from './postgres-server.ts'
import { measureRates } from './rates.ts'
import { measureRefusals } from './refusals.ts'
import type { Places } from './stores.ts'

const PACKAGES = ['@electric-sql/pglite', 'ioredis', 'jsonwebtoken', 'pg', 'redis']

const FULL = {
  races: {
    single: { sessions: 100, laps: 4, rounds: 21 },
    many: { sessions: 500, laps: 8, rounds: 21 },
  },
  rates: { sessions: 1024, milliseconds: 1000, rounds: 7 },
  parts: { operations: 2000, rounds: 15 },
  refusals: { tokens: 2000, rounds: 15 },
}
const QUICK = {
  races: {
    single: { sessions: 5, laps: 1, rounds: 1 },
    many: { sessions: 64, laps: 1, rounds: 1 },
  },
  rates: { sessions: 64, milliseconds: 50, rounds: 1 },
  parts: { operations: 20, rounds: 1 },
  refusals: { tokens: 20, rounds: 1 },
}

/** Sessions: what a store adds to its statement, how many refreshes a second there are, and what a forged token costs. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const { races, rates, parts, refusals } = isQuick ? QUICK : FULL
  const before = loadavg()[0] ?? NaN
  const redis = hasRedis(process.env, 'the store on Redis')
    ? await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec'])
    : undefined
  const postgres = hasPostgres() ? await startPostgres() : undefined
  const places: Places = {
    redisUrl: redis && `redis://127.0.0.1:${String(redis.port)}`,
    postgres: postgres?.config,
  }
  const clients = [
    ...(redis === undefined ? [] : ['node-redis', 'ioredis']),
    ...(postgres === undefined ? [] : ['pg']),
  ]
  const rateTable = await measureRates(places, rates)
  const tables: Table[] = [
    { ...rateTable, note: `${NOTE} ${loadNote(before, loadavg()[0] ?? NaN)}` },
    await measureParts(parts),
    await measureRefusals(refusals),
    ...clients.flatMap((client) => raceInProcess(client, places, races)),
  ]
  await redis?.stop()
  await postgres?.stop()
  tables.forEach(printTable)
  if (!isQuick) saveResults('sessions', tables, PACKAGES)
}

function raceInProcess(client: string, places: Places, sizes: object): Table[] {
  return runScript(
    'sessions/measure-statements.js',
    [client, JSON.stringify(places), JSON.stringify(sizes)],
    ['--expose-gc'],
  ) as Table[]
}

/** What else the machine had to do counts in rates, which nothing in the same round is compared with. */
function loadNote(before: number, after: number): string {
  return `The load average of the machine was ${before.toFixed(1)} before that, and ${after.toFixed(1)} after it.`
}

const NOTE =
  'A refresh is the whole of it: MAC, store, `onRefresh`, and an access token signed with ES256. Redis keeps an ' +
  'append-only file that is synced every second; PostgreSQL and PGlite answer when it is on the disk. The servers run on ' +
  'the same machine, and their time is not in the CPU figures.'
