import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestInClear,
} from 'node:http'
import { request as requestOverTls } from 'node:https'
import type { LookupFunction } from 'node:net'
import { rootCertificates, TLSSocket } from 'node:tls'
import { MOST_BYTES, TIMEOUT_MS } from '@gatewarden/core/kit'
import { readTls, type TlsFacts } from './tls-facts.ts'

export interface ProbeSettings {
  /** Certificates in PEM to trust besides Node's own. */
  readonly ca?: string | undefined
  /** Milliseconds since whenever. */
  readonly stopwatch?: () => number
  /** Default: what a guard waits. */
  readonly timeoutMs?: number
  /** Turns names into addresses. Default: what Node does. */
  readonly lookup?: LookupFunction | undefined
}

/** What a server answered, as it came. */
export interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** A byte more than a guard reads at most, where there is more. */
  readonly body: Buffer
  readonly tookMs: number
  /** The address of the server; undefined when the connection was gone at once. */
  readonly address: string | undefined
  /** Undefined over http. */
  readonly tls: TlsFacts | undefined
}

/** There was no answer. The message says why, in words. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/**
 * Gets a document as a guard does: the same fields, the same limits, no redirects. It goes on where the certificate is
 * not trusted, so that the rest can be judged as well: nothing that is secret is sent, and nothing is believed.
 *
 * @throws NoAnswerError
 */
export async function probe(
  url: string,
  settings: ProbeSettings,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { stopwatch = () => performance.now(), timeoutMs = TIMEOUT_MS } = settings
  const started = stopwatch()
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await send(new URL(url), settings, fields, signal)
    // Before the body is read: afterwards the connection may be gone.
    const { remoteAddress: address } = response.socket
    const tls = response.socket instanceof TLSSocket ? readTls(response.socket) : undefined
    const body = await readBounded(response)
    signal.throwIfAborted()
    const { statusCode: status = 0, headers } = response
    return { url, status, headers, body, tookMs: stopwatch() - started, address, tls }
  } catch (cause) {
    const problem = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : inWords(cause)
    throw new NoAnswerError(problem, { cause })
  }
}

function send(
  url: URL,
  { ca, lookup }: ProbeSettings,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const makeRequest = url.protocol === 'https:' ? requestOverTls : requestInClear
  return new Promise((resolve, reject) => {
    makeRequest(url, {
      signal,
      // A connection of its own: what it says about TLS is said at its beginning.
      agent: false,
      rejectUnauthorized: false,
      ...(lookup === undefined ? {} : { lookup }),
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      headers: {
        accept: 'application/json, application/jwk-set+json',
        'user-agent': 'gatewarden',
        'accept-encoding': 'identity',
        ...fields,
      },
    })
      .once('response', resolve)
      .on('error', reject)
      .once('close', () => reject(new Error('it closed the connection without an answer')))
      .end()
  })
}

async function readBounded(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MOST_BYTES) break
  }
  response.destroy()
  return Buffer.concat(chunks).subarray(0, MOST_BYTES + 1)
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name in DNS',
  EAI_AGAIN: 'the name server does not answer: is there a network?',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection without an answer',
  EPIPE: 'it closed the connection without an answer',
  ENETUNREACH: 'there is no network to it',
  EHOSTUNREACH: 'there is no way to that host',
  ETIMEDOUT: 'no connection in time',
  EPROTO: 'it does not speak TLS, or none that is new enough (1.2 or later)',
}

function inWords(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code.startsWith('HPE_')) return `what it answers is not HTTP (${code})`
  if (code.startsWith('ERR_SSL_')) return `${WORDS.EPROTO} (${code})`
  const words = WORDS[code]
  return words === undefined ? message || code : `${words} (${code})`
}
