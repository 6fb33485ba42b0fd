import { type Agent, createServer, type RequestListener, Server } from 'node:http'
import { listen } from './listen.ts'
import { type RawAnswer, type RawRequest, send } from './raw-http.ts'
import type { Mount, MountedApp, SuiteApp } from './suite-app.ts'

/** A server of the suite, listening on 127.0.0.1. */
export interface RunningServer {
  /** Host and port, as a browser writes them into `Host` and `Origin`. */
  readonly host: string
  send(request: RawRequest, agent?: Agent): Promise<RawAnswer>
  close(): Promise<void>
}

/** An application of the suite, and what it is seen to do. */
export interface RunningApp extends RunningServer {
  /** How many times any handler was reached so far. */
  reached(): number
}

/** Longer than Node's 16 KiB, so that oversize tokens reach the guard and not only Node's own limit. */
export const MAX_HEADER_SIZE = 64 * 1024

export async function startApp(mount: Mount, app: SuiteApp): Promise<RunningApp> {
  let reached = 0
  const routes = app.routes.map((route) => ({
    ...route,
    handle: (...parameters: Parameters<typeof route.handle>) => {
      reached++
      return route.handle(...parameters)
    },
  }))
  const server = await startServer(await mount({ ...app, routes }))
  return { ...server, reached: () => reached }
}

export async function startServer(mounted: MountedApp): Promise<RunningServer> {
  const { server, close } = toServer(mounted)
  const port = await listen(server)
  const host = `127.0.0.1:${port}`
  return {
    host,
    send: (request, agent) => send(`http://${host}`, request, agent),
    async close() {
      server.closeAllConnections()
      await close()
      // A framework that was told to close has closed its server, too.
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}

function toServer(mounted: MountedApp): { server: Server; close: () => unknown } {
  if (typeof mounted === 'function' || mounted instanceof Server)
    return { server: serverOf(mounted), close: () => undefined }
  return { server: serverOf(mounted.server), close: () => mounted.close() }
}

function serverOf(mounted: RequestListener | Server): Server {
  if (typeof mounted !== 'function') return mounted
  return createServer({ maxHeaderSize: MAX_HEADER_SIZE }, mounted)
}
