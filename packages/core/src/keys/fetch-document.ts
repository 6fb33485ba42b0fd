import { type IncomingMessage, request as requestInClear } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { isIP } from 'node:net'
import { freshnessOf } from './freshness.ts'
import { isPublicAddress, lookupPublic } from './public-address.ts'

/** How long an identity provider may take for its whole answer, names looked up and body included. */
export const TIMEOUT_MS = 5_000

/** Far above any real key set; jose reads one of 60 MB. */
export const MOST_BYTES = 256 * 1024

/** What a server named the state of its document by, so that it need not send it again (RFC 9110 §8.8). */
export interface Validators {
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
}

export type FetchedDocument =
  | {
      readonly result: 'new'
      readonly document: unknown
      readonly validators: Validators
      readonly freshFor: number | undefined
    }
  /** 304: what the validators stand for is still right. */
  | { readonly result: 'unchanged'; readonly freshFor: number | undefined }
  /** 404: there is no such document. */
  | { readonly result: 'absent' }

export interface FetchOptions {
  readonly validators?: Validators | undefined
  /** Refuses hosts inside a private network, for URLs that somebody else chose (RFC 8725bis §3.10). Default false. */
  readonly publicHostsOnly?: boolean
}

/** An answer that says when to come again. */
export class FetchError extends TypeError {
  /** `Retry-After` in seconds, where the server named a number. */
  readonly retryAfter: number | undefined
  /** The HTTP status; undefined where it was not for that. */
  readonly status: number | undefined

  constructor(problem: string, retryAfter?: number, status?: number) {
    super(problem)
    this.retryAfter = retryAfter
    this.status = status
  }

  /** Whether a guard stands before the address, as it may before every one that its server does not know. */
  get isGuarded(): boolean {
    return this.status === 401 || this.status === 403
  }
}

/**
 * Gets a JSON document from an identity provider, within 5 s and 256 KiB. Redirects are refused: they would let
 * the endpoint send us anywhere. So is what calls itself a web page.
 *
 * On `node:https` and not `fetch`, which cannot check the address a connection is made to.
 *
 * @throws Error saying why the document cannot be had
 */
export async function fetchDocument(
  url: string,
  { validators = {}, publicHostsOnly = false }: FetchOptions = {},
): Promise<FetchedDocument> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await send(new URL(url), validators, publicHostsOnly, signal)
    try {
      const fetched = await read(response, validators)
      signal.throwIfAborted()
      return fetched
    } finally {
      // What was not read never will be.
      response.destroy()
    }
  } catch (cause) {
    if (signal.aborted) throw new FetchError(`it took longer than ${TIMEOUT_MS / 1000} s`)
    throw cause
  }
}

function send(
  url: URL,
  validators: Validators,
  publicHostsOnly: boolean,
  signal: AbortSignal,
  isSecondTry = false,
): Promise<IncomingMessage> {
  if (publicHostsOnly) refusePrivateLiteral(url)
  const { etag, lastModified } = validators
  const makeRequest = url.protocol === 'https:' ? requestOverTls : requestInClear
  return new Promise((resolve, reject) => {
    const request = makeRequest(url, {
      signal,
      headers: {
        accept: 'application/json, application/jwk-set+json',
        // Some providers turn away whoever does not say what it is.
        'user-agent': 'gatewarden',
        // A small answer must not become a large one here.
        'accept-encoding': 'identity',
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
      },
      // A connection that is open already was made for somebody else, perhaps, and to an address nobody checked.
      ...(publicHostsOnly ? { agent: false, lookup: lookupPublic } : {}),
    })
    request
      .once('response', resolve)
      .on('error', (error: NodeJS.ErrnoException) => {
        // A connection that was kept open, and that the server gave up just when it was used again.
        if (!request.reusedSocket || error.code !== 'ECONNRESET' || isSecondTry) reject(error)
        else resolve(send(url, validators, publicHostsOnly, signal, true))
      })
      // Node reports neither for an answer that switches protocols (101): it only hangs up.
      .once('close', () => reject(new FetchError('it closed the connection without an answer')))
      .end()
  })
}

/** Of a host that is an address nothing is looked up. */
function refusePrivateLiteral({ hostname }: URL): void {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !isPublicAddress(address)) {
    throw new FetchError(`${address} is no public address`)
  }
}

async function read(response: IncomingMessage, validators: Validators): Promise<FetchedDocument> {
  const { statusCode: status, headers } = response
  if (status === 404) return { result: 'absent' }
  const freshFor = freshnessOf(headers)
  if (status === 304 && (validators.etag ?? validators.lastModified) !== undefined) {
    return { result: 'unchanged', freshFor }
  }
  if (status !== 200) {
    const retryAfter = retryAfterOf(headers['retry-after'])
    throw new FetchError(`it answered with status ${status}`, retryAfter, status)
  }
  const type = headers['content-type'] ?? ''
  // A page for people: of a proxy, a login, a site that was put up in the provider's place.
  if (/html|xml/i.test(type)) throw new FetchError('its answer is a page, not JSON')
  const encoding = headers['content-encoding'] ?? ''
  if (!/^(identity)?$/i.test(encoding)) throw new FetchError('its answer is compressed, unasked')

  const text = await readBounded(response)
  try {
    return {
      result: 'new',
      document: JSON.parse(text),
      validators: { etag: headers.etag, lastModified: headers['last-modified'] },
      freshFor,
    }
  } catch {
    throw new FetchError('its answer is not JSON')
  }
}

async function readBounded(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new FetchError(`its answer is larger than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  // Some editors put a byte order mark before the text.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

/** RFC 9110 §10.2.3, in its form with seconds; a date is the word of another clock. */
function retryAfterOf(field: string | undefined): number | undefined {
  return field !== undefined && /^\d{1,6}$/.test(field) ? Number(field) : undefined
}

/** Why a fetch failed. Several addresses that failed make an error without words of its own (ECONNREFUSED …). */
export function describeCause(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || (code ?? 'it cannot be reached')
}
