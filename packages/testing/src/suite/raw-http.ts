import { type Agent, type IncomingHttpHeaders, request as requestByHttp } from 'node:http'
import { request as requestByHttps } from 'node:https'

/** A request as it goes over the wire. */
export interface RawRequest {
  /** Default GET. */
  readonly method?: string
  /** Default `/hello`. */
  readonly path?: string
  /** Fields in order; one with a list is sent once for each of its values. */
  readonly headers?: RawHeaders
  readonly body?: string
}

export type RawHeaders = Readonly<Record<string, string | readonly string[]>>

export interface RawAnswer {
  readonly status: number
  /** Fields by lower-case name. */
  readonly headers: IncomingHttpHeaders
  /** Every field, as many times as it came. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Of a long one, the first 256 KiB. */
  readonly body: string
  /** True when the connection had served a request before. */
  readonly reusedSocket: boolean
}

const NO_CONTENT = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

/** No guard needs longer, whatever it is sent. */
const TIMEOUT_MS = 5_000

/** What comes behind it is not read: an answer has an end here, whatever the server. */
const MOST_BYTES = 262_144

/** Nothing came in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/** Sends one request. Without an agent, on a connection of its own. */
export function send(
  origin: string,
  raw: RawRequest,
  agent?: Agent,
  timeoutMs = TIMEOUT_MS,
): Promise<RawAnswer> {
  const { method = 'GET', path = '/hello', headers = {}, body } = raw
  const { protocol, host, hostname, port } = new URL(origin)
  const sendRequest = protocol === 'https:' ? requestByHttps : requestByHttp
  // RFC 9110 §8.6: a method that could have content says when it has none. Node would send an empty chunk instead,
  // which to some frameworks is content of no known type.
  const isBare = body === undefined && NO_CONTENT.has(method)
  const length = isBare ? [] : ['Content-Length', String(Buffer.byteLength(body ?? ''))]
  const fields = toPairs(headers).flatMap(([name, value]) => [name, toHeaderText(value)])
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path,
      method,
      // A list keeps repeated fields apart; with one, nothing is added by itself.
      headers: ['Host', host, ...(agent ? [] : ['Connection', 'close']), ...length, ...fields],
      agent: agent ?? false,
    })
    // For all of the answer: one that comes drop by drop would never be late for the next.
    const timer = setTimeout(() => {
      reject(new NoAnswerError(`no answer to ${method} ${path} within ${timeoutMs} ms`))
      request.destroy()
    }, timeoutMs)
    request.on('close', () => clearTimeout(timer))
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      const finish = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          fields: pairs(response.rawHeaders),
          body: Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8'),
          reusedSocket: request.reusedSocket,
        })
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        if (length < MOST_BYTES) return
        finish()
        response.destroy()
      })
      response.on('error', reject)
      response.on('end', finish)
    })
    request.end(body)
  })
}

/** One pair for every time a field is sent. */
export function toPairs(headers: RawHeaders): (readonly [name: string, value: string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  )
}

/** True for text that a header field can carry; Node refuses to send, and to read, control characters. */
export function isSendable(text: string): boolean {
  return !/[\0-\x08\x0a-\x1f\x7f]/.test(text)
}

/** Header bytes are Latin-1 to Node. Beyond it, send the bytes of UTF-8, as clients do. */
function toHeaderText(value: string): string {
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')
}

function pairs(list: readonly string[]): [name: string, value: string][] {
  return list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? '']] : []))
}
