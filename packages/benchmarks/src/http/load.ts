import { setTimeout as delay } from 'node:timers/promises'
import autocannon, { type Client, type Request, type Result } from 'autocannon'
import type { ServerProcess } from './server-process.ts'

export interface Pace {
  /** Seconds before the first window: the server's code is compiled, its caches fill. */
  readonly warmUp: number
  /** Seconds of one measurement. */
  readonly window: number
  /** How many, one after the other. */
  readonly windows: number
}

/** Keeps a server busy without a long queue before it. */
const CONNECTIONS = 20

/**
 * Sends requests in turn over connections that stay open, and asks the server what it computed in each window. Returns
 * the microseconds for one answer, window by window.
 */
export async function measureLoad(
  server: ServerProcess,
  requests: readonly Request[],
  { warmUp, window, windows }: Pace,
): Promise<number[]> {
  const load = startLoad(server, requests)
  await delay(warmUp * 1000)
  const costs: number[] = []
  let before = await server.usage()
  for (let at = 0; at < windows; at++) {
    await delay(window * 1000)
    const after = await server.usage()
    costs.push((after.cpu - before.cpu) / (after.answers - before.answers))
    before = after
  }
  const { non2xx, errors, timeouts } = await load.stop()
  if (non2xx + errors + timeouts > 0) {
    const counts = JSON.stringify({ non2xx, errors, timeouts })
    throw new Error(`the server did not answer every good request with 200: ${counts}`)
  }
  return costs
}

function startLoad({ port }: ServerProcess, requests: readonly Request[]) {
  let connection = 0
  // Every connection has users of its own, who come again and again.
  const setupClient = (client: Client) => {
    const own = connection++ % CONNECTIONS
    client.setRequests(
      requests.filter((_, user) => user % CONNECTIONS === own).map((request) => ({ ...request })),
    )
  }
  const url = `http://127.0.0.1:${String(port)}/orders`
  const until = { duration: 600, sampleInt: 20 }
  let stop: () => void
  const result = new Promise<Result>((resolve, reject) => {
    const load = autocannon(
      { url, connections: CONNECTIONS, setupClient, ...until },
      (error: Error | null, all) => (error === null ? resolve(all) : reject(error)),
    )
    stop = () => load.stop()
  })
  return {
    stop: () => {
      stop()
      return result
    },
  }
}
