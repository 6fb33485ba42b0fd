import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An identity provider on the loopback interface, whose answers tests choose. */
export interface Provider {
  readonly url: string
  /** The paths asked for, in order. */
  readonly asked: string[]
  answer: (request: IncomingMessage, response: ServerResponse) => void
  close(): Promise<void>
}

export async function startProvider(): Promise<Provider> {
  const server = createServer((request, response) => {
    provider.asked.push(request.url ?? '')
    provider.answer(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: notFound,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return provider
}

export function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end()
}

export function answerStatus(status: number, headers: Record<string, string> = {}) {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end('{"keys":[]}')
  }
}

export function answerText(text: string, type = 'application/json') {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type }).end(text)
  }
}

export const answerJson = (value: unknown) => answerText(JSON.stringify(value))

/** Lets the event loop turn until something holds, for three seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now()
  while (!(await holds())) {
    if (performance.now() > start + 3_000) throw new Error('it never came to hold')
    await new Promise((next) => setImmediate(next))
  }
}
