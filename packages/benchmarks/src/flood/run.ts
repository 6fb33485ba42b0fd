import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { measureCacheSurvival } from './cache-survival.ts'
import { measureHttpFlood } from './http-flood.ts'
import { measureRefusals } from './refusal-costs.ts'

const PACKAGES = ['express', 'express-jwt', 'fast-jwt', 'jose', 'jsonwebtoken']

const FULL = {
  refusals: { tokens: 100, laps: 5, rounds: 9 },
  survival: { users: 1000, forgedTokens: 100_000 },
  http: { users: 1000, warmUp: 2, leadIn: 2, window: 5 },
}
const QUICK = {
  refusals: { tokens: 5, laps: 1, rounds: 1 },
  survival: { users: 20, forgedTokens: 200 },
  http: { users: 20, warmUp: 0.1, leadIn: 0.1, window: 0.2 },
}

/** Forged tokens: what refusing one costs, whom they push out of a cache, and what honest clients feel of many. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const { refusals, survival, http } = isQuick ? QUICK : FULL
  const tables: Table[] = [
    ...(await measureRefusals(refusals)),
    await measureCacheSurvival(survival.users, survival.forgedTokens),
    await measureHttpFlood(http),
  ]
  tables.forEach(printTable)
  if (!isQuick) saveResults('flood', tables, PACKAGES)
}
