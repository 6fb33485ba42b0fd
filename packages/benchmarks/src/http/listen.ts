import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from './server-plan.ts'

/**
 * Fastify's default, for all. After Node's five seconds, a server on a busy machine closes connections on which a
 * request is waiting to be read.
 */
export const KEEP_ALIVE_TIMEOUT_MS = 72_000

/** On the loopback interface, on a port that is free. */
export async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
