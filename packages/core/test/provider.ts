import {
  createServer,
  get,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** An identity provider on the loopback interface, whose answers tests choose. */
export interface Provider {
  readonly url: string
  /** The paths asked for, in order. */
  readonly asked: string[]
  /** The headers of the latest request. */
  lastHeaders: IncomingHttpHeaders
  /** Over how many connections the requests came. */
  readonly connections: number
  answer: Answer
  /** Resolves when every request sent so far has arrived: what was not asked by then was never sent. */
  settle(): Promise<void>
  close(): Promise<void>
}

const SETTLED = '/settled'

export async function startProvider(): Promise<Provider> {
  const sockets = new Set<object>()
  const server = createServer((request, response) => {
    if (request.url === SETTLED) {
      response.end()
      return
    }
    sockets.add(request.socket)
    provider.asked.push(request.url ?? '')
    provider.lastHeaders = request.headers
    provider.answer(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: Provider = {
    url,
    asked: [],
    lastHeaders: {},
    get connections() {
      return sockets.size
    },
    answer: notFound,
    settle: () =>
      new Promise((resolve, reject) => {
        get(url + SETTLED, { agent: false }, (response) => response.resume().on('end', resolve)).on(
          'error',
          reject,
        )
      }),
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

export function answerText(
  text: string | Buffer,
  type = 'application/json',
  headers: Record<string, string> = {},
) {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type, ...headers }).end(text)
  }
}

export const answerJson = (value: unknown, headers: Record<string, string> = {}) =>
  answerText(JSON.stringify(value), 'application/json', headers)

/** Answers 304 to whoever has the document of this name already, and sends it to the others. */
export function answerNamed(etag: string, value: unknown, headers: Record<string, string> = {}) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const isKnown = request.headers['if-none-match'] === etag
    if (isKnown) response.writeHead(304, { etag, ...headers }).end()
    else answerJson(value, { etag, ...headers })(request, response)
  }
}

/** Takes the request and says nothing. */
export function hang(): void {
  // The connection stays open, that is all.
}

/** Begins an answer, and then says nothing. */
export function hangMidway(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":')
}

/** Breaks off in the middle of an answer. */
export function breakOff(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' })
  response.write('{"keys":[', () => response.destroy())
}

/** An answer that is held back until the test opens the gate. */
export function behindGate(answer: Answer) {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const gated: Answer = (request, response) => {
    void opened.then(() => answer(request, response))
  }
  return { answer: gated, open }
}

/** Lets the event loop turn until something holds, for three seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now()
  while (!(await holds())) {
    if (performance.now() > start + 3_000) throw new Error('it never came to hold')
    await new Promise((next) => setImmediate(next))
  }
}
