import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import type { Tokens } from './contestant.ts'

/** A request and its response, made by Node. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/**
 * Requests as Node makes them of bytes, each with a new text for every field. They come through a stream in memory:
 * nothing listens. Nobody answers them.
 */
export async function receiveRequests(tokens: Tokens): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  const wire = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  await new Promise<void>((resolve) => {
    const server = createServer((req, res) => {
      // Node parses the fields for whoever asks first. In an application something else does, sooner or later.
      void req.headers
      if (exchanges.push({ req, res }) === tokens.length) resolve()
    })
    server.emit('connection', wire)
    wire.push(Buffer.from(tokens.map(requestText).join('')))
  })
  return exchanges
}

/** With the fields that clients send. */
function requestText(token: string | undefined): string {
  return [
    'GET /orders HTTP/1.1',
    'Host: api.test',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Accept: application/json',
    'Accept-Encoding: gzip, deflate, br',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    '\r\n',
  ].join('\r\n')
}
