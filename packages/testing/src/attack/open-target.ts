import { createServer, type RequestListener, Server } from 'node:http'
import { listen } from '../suite/listen.ts'
import { MAX_HEADER_SIZE } from '../suite/running-app.ts'
import type { AttackTarget, GivenTarget } from './attack-options.ts'

/** A server that listens. */
export interface OpenTarget {
  readonly origin: string
  /** True on this machine, where a URL that a token points at can be watched. */
  readonly isLocal: boolean
  /** Stops what was started here; leaves alone what listened before. */
  readonly close: () => Promise<void>
}

/** @throws TypeError for anything that is no target */
export async function openTarget(target: AttackTarget): Promise<OpenTarget> {
  const given = isMaker(target) ? await target() : target
  if (typeof given === 'string' || given instanceof URL) return running(new URL(given))
  const server = typeof given === 'function' ? listening(given) : given
  if (!(server instanceof Server)) {
    throw new TypeError(
      'expected an application, an http.Server or the URL of one that runs; of Koa, give app.callback(), of Nest, app.getHttpServer()',
    )
  }
  const wasListening = server.listening
  const port = await listen(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    isLocal: true,
    close: () => (wasListening ? Promise.resolve() : stop(server)),
  }
}

/** A request listener has parameters; what makes a target has none. */
function isMaker(target: AttackTarget): target is () => GivenTarget | Promise<GivenTarget> {
  return typeof target === 'function' && target.length === 0
}

function running({ protocol, origin, hostname }: URL): OpenTarget {
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`expected an http or https URL, got ${protocol}`)
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return { origin, isLocal, close: () => Promise.resolve() }
}

function listening(listener: RequestListener): Server {
  return createServer({ maxHeaderSize: MAX_HEADER_SIZE }, listener)
}

export function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
