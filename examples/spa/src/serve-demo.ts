import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDemo } from './create-demo.ts'

export interface ServeOptions {
  /** Of the page and the API. */
  readonly port: number
  /** Of the same page on another origin. */
  readonly otherPort: number
  /** Where `vite build` has put the page. */
  readonly webFolder: string
}

export interface ServedDemo {
  /** The page and the API. */
  readonly url: string
  /** The same page on another origin. */
  readonly otherUrl: string
  readonly close: () => Promise<void>
}

/** Serves the demo on the loopback interface: nobody on the network sees it. */
export async function serveDemo({ port, otherPort, webFolder }: ServeOptions): Promise<ServedDemo> {
  const [apiServer, pageServer] = [createServer(), createServer()]
  try {
    // Listening first: what the issuer is called follows from the port.
    const url = await listen(apiServer, port)
    const otherUrl = await listen(pageServer, otherPort)
    const demo = await createDemo({ apiOrigin: url, otherOrigin: otherUrl, webFolder })
    apiServer.on('request', demo.api)
    pageServer.on('request', demo.otherPage)
    return {
      url,
      otherUrl,
      async close() {
        await Promise.all([stop(apiServer), stop(pageServer)])
        await demo.close()
      },
    }
  } catch (error) {
    await Promise.all([stop(apiServer), stop(pageServer)])
    throw error
  }
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // By this name, not by its number: browsers take Secure cookies from http://localhost.
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
