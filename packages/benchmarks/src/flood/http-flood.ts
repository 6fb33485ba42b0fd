import { setTimeout as delay } from 'node:timers/promises'
import { publishKey } from '../http/key-server.ts'
import { launchServer, type ServerProcess } from '../http/server-process.ts'
import type { Table } from '../lib/results.ts'
import { quantile, shuffled } from '../lib/rounds.ts'
import { forge, mint } from '../lib/tokens.ts'
import { createKeys } from '../lib/verification-key.ts'
import { startFlood } from './flood-process.ts'
import { sendSteadily } from './steady-traffic.ts'

const GUARDS = ['gatewarden', 'express-jwt', 'fast-jwt, cached']

/** Forged requests a second; undefined for as many as the server answers. */
const FLOODS = [0, 2000, undefined]

/** Good requests a second. */
const RATE = 500

export interface FloodPace {
  readonly users: number
  /** Seconds of the fullest flood before anything is measured: code is compiled. */
  readonly warmUp: number
  /** Seconds of each flood before its window: caches are as such a flood leaves them. */
  readonly leadIn: number
  /** Seconds that are measured. */
  readonly window: number
}

/** What honest clients feel of a flood of forged tokens. */
export async function measureHttpFlood(pace: FloodPace): Promise<Table> {
  const { signer, key } = createKeys('RS256')
  const published = await publishKey(key)
  const tokens = Array.from({ length: pace.users }, (_, user) => mint(signer, user))
  const forged = tokens.slice(0, 100).map(forge)
  const rows = new Map<string, readonly number[]>()
  for (const guard of shuffled(GUARDS)) {
    const server = await launchServer({ family: 'Express', guard, key: published.key })
    await endure(server, undefined, { tokens, forged, leadIn: 0, window: pace.warmUp })
    for (const rate of FLOODS) {
      const { leadIn, window } = pace
      rows.set(rowName(guard, rate), await endure(server, rate, { tokens, forged, leadIn, window }))
    }
    await server.stop()
  }
  await published.close()
  return {
    title: 'What honest clients feel of a flood',
    columns: ['p50 ms', 'p95 ms', 'p99 ms', 'refusals per second', '% of a core'],
    rows: FLOODS.flatMap((rate) =>
      GUARDS.map((guard) => {
        const name = rowName(guard, rate)
        return { name, figures: rows.get(name) ?? [] }
      }),
    ),
    note: NOTE,
  }
}

interface Phase {
  readonly tokens: readonly string[]
  readonly forged: readonly string[]
  readonly leadIn: number
  readonly window: number
}

async function endure(
  server: ServerProcess,
  rate: number | undefined,
  { tokens, forged, leadIn, window }: Phase,
): Promise<number[]> {
  const { port } = server
  const flood = rate === 0 ? undefined : await startFlood({ port, tokens: forged, rate })
  const traffic = sendSteadily({ port, tokens, rate: RATE, seconds: leadIn + window })
  await delay(leadIn * 1000)
  const before = await read()
  const milliseconds = (await traffic).slice(leadIn * RATE)
  const after = await read()
  await flood?.stop()
  const seconds = after.at - before.at
  return [
    ...[0.5, 0.95, 0.99].map((part) => quantile(milliseconds, part)),
    (after.refusals - before.refusals) / seconds,
    (100 * (after.cpu - before.cpu)) / 1e6 / seconds,
  ]

  async function read() {
    const { cpu } = await server.usage()
    return { at: performance.now() / 1000, cpu, refusals: (await flood?.refusals()) ?? 0 }
  }
}

function rowName(guard: string, rate: number | undefined): string {
  if (rate === 0) return `no flood: ${guard}`
  return `${rate === undefined ? 'all it takes' : `${rate.toLocaleString('en')} a second`}: ${guard}`
}

const NOTE =
  'Express with RS256. 1,000 honest users send 500 requests a second, whatever becomes of those before; their ' +
  'milliseconds count from when a request was meant to be sent, and a timer may be one of them late. The flood comes ' +
  'over 64 connections, and each of its tokens is well-formed, new, and signed wrongly.'
