import { printTable } from '../lib/print-table.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { CONTROL, quantile, shuffled } from '../lib/rounds.ts'
import { SERVER_ALGORITHMS, type ServerAlgorithm } from '../lib/verification-key.ts'
import { BARE, contestantsOf, FAMILIES, SESSION, type ServerContestant } from './contestants.ts'
import { measureLoad, type Pace } from './load.ts'
import { hasRedis } from './redis-server.ts'
import { runRound, type ServerCost, summarise } from './server-costs.ts'
import type { ServerFamily } from './server-plan.ts'
import { launchServer } from './server-process.ts'
import { setStage } from './stage.ts'

const PACKAGES = [
  '@fastify/jwt',
  '@nestjs/core',
  '@nestjs/passport',
  'connect-redis',
  'express',
  'express-jwt',
  'express-oauth2-jwt-bearer',
  'express-session',
  'fast-jwt',
  'fastify',
  'jsonwebtoken',
  'koa',
  'koa-jwt',
  'passport-jwt',
  'redis',
]

interface Extent {
  readonly algorithms: readonly ServerAlgorithm[]
  readonly users: number
  readonly rounds: number
  readonly pace: Pace
  /** Default: all of them. */
  readonly guards?: readonly string[]
}

const FULL: Extent = {
  algorithms: SERVER_ALGORITHMS,
  users: 1000,
  rounds: 5,
  pace: { warmUp: 2, window: 0.25, windows: 4 },
}
const QUICK: Extent = {
  algorithms: ['HS256'],
  users: 40,
  rounds: 1,
  pace: { warmUp: 0.1, window: 0.1, windows: 1 },
  /** Starting servers takes most of a quick run. */
  guards: [BARE, 'gatewarden', '@fastify/jwt', SESSION],
}

/** What a server computes for one request over loopback, each server in a process of its own. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const { algorithms, users, rounds, pace, guards } = isQuick ? QUICK : FULL
  const stage = await setStage(algorithms, users, hasRedis())
  const redisCosts: number[] = []

  async function measure(contestant: ServerContestant): Promise<number[]> {
    const { plan, requests } = stage.sceneFor(contestant)
    const server = await launchServer(plan)
    const before = await stage.redis?.cpu()
    const costs = await measureLoad(server, requests, pace)
    if (contestant.guard === SESSION && stage.redis !== undefined) {
      const { answers } = await server.usage()
      redisCosts.push(((await stage.redis.cpu()) - (before ?? NaN)) / answers)
    }
    await server.stop()
    return costs
  }

  const outcome = new Map(FAMILIES.map((family) => [family, [] as Map<string, number[]>[]]))
  for (let round = 0; round < rounds; round++) {
    for (const family of shuffled(FAMILIES)) {
      const contestants = contestantsOf(family, algorithms, stage.redis !== undefined).filter(
        ({ guard }) => guards?.includes(guard) !== false,
      )
      outcome.get(family)?.push(await runRound(contestants, measure))
    }
  }
  await stage.close()

  const tables = FAMILIES.map((family) => tableOf(family, summarise(outcome.get(family) ?? [])))
  if (redisCosts.length > 0) tables.push(redisTable(redisCosts))
  tables.forEach(printTable)
  if (!isQuick) saveResults('http', tables, PACKAGES)
}

function tableOf(family: ServerFamily, costs: readonly ServerCost[]): Table {
  return {
    title: `What a server computes for one request: ${family}`,
    columns: ['CPU µs', 'CPU µs added', 'times bare', 'quartile', 'quartile'],
    rows: costs.map(({ name, microseconds, added, ratio, low, high }) => ({
      name: name === BARE ? 'bare' : name === CONTROL ? `${CONTROL}: bare again` : name,
      figures: [microseconds, added, ratio, low, high],
    })),
    ...(family === 'Express' ? { note: NOTE } : {}),
  }
}

function redisTable(costs: readonly number[]): Table {
  return {
    title: 'What Redis computes for one request with a session',
    columns: ['CPU µs'],
    rows: [{ name: 'redis-server', figures: [quantile(costs, 0.5)] }],
    note: 'In a process of its own, and not in the figures of the server above.',
  }
}

const NOTE =
  'Computing time of all threads of a server, which does nothing but answer 1,000 users who come again and again. ' +
  'Bare is the framework without a guard, in the same round. With RS256, gatewarden and express-oauth2-jwt-bearer ' +
  'fetch a key set, and the others have the key at hand. "Key as text" is how the guides of express-jwt, passport-jwt, ' +
  'koa-jwt and @nestjs/passport have it; every other row has a key that was made once, which is much faster.'
