import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A port of the loopback interface. What answers there is set afterwards: an issuer must know its URL first. */
export interface Port {
  readonly port: number
  /** Answers from now on. */
  readonly serve: (listener: RequestListener) => void
  readonly close: () => void
}

export async function openPort(): Promise<Port> {
  const server: Server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    serve: (listener) => {
      server.on('request', listener)
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
