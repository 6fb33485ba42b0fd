import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Authority, type AuthorityOptions, createAuthority } from './authority.ts'

export interface IssuerServerOptions extends Omit<AuthorityOptions, 'issuer'> {
  /** Path of the issuer behind the server's origin, `/tenant`. Default: none. */
  readonly path?: string
}

/** An identity provider in this process, on a random port of 127.0.0.1. */
export interface IssuerServer {
  /** Issues the tokens. Its `issuer` is this server's URL, with the path if there is one. */
  readonly authority: Authority
  /** The server's origin: `http://127.0.0.1:40321`. */
  readonly url: string
  /** Where its key set is. */
  readonly jwksUri: string
  /** The paths that were requested, in order, queries included. Empty it with `requests.length = 0`. */
  readonly requests: string[]
  /** Replaces the answer of one path, and with `undefined` takes that back. */
  readonly respond: (path: string, answer: IssuerAnswer | undefined) => void
  /** Stops listening and ends every connection, those that wait for an answer included. */
  readonly close: () => Promise<void>
}

/**
 * What a path answers instead of its document:
 * - `{ status, headers, body }`: text and bytes are sent as they are, anything else as JSON;
 * - `after`: nothing is sent before that promise is fulfilled. Alone, it delays the path's own document;
 * - `'hang'`: no answer, ever;
 * - `'reset'`: the connection is cut;
 * - a function of Node's request and response, for everything else.
 */
export type IssuerAnswer =
  | {
      /** Default 200. */
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly after?: Promise<unknown>
    }
  | 'hang'
  | 'reset'
  | ((request: IncomingMessage, response: ServerResponse) => void)

/**
 * Starts an identity provider with metadata at both well-known places (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)
 * and its key set at `/jwks`. Guards find it with `{ issuer: authority.issuer, audience: authority.audience }`.
 */
export async function createIssuerServer(options: IssuerServerOptions = {}): Promise<IssuerServer> {
  const { path = '', ...authorityOptions } = options
  const requests: string[] = []
  const replaced = new Map<string, IssuerAnswer>()
  const server = createServer((request, response) => {
    const target = request.url ?? '/'
    const [pathname = target] = target.split('?', 1)
    requests.push(target)
    answer(request, response, documents.get(pathname), replaced.get(pathname))
  })
  const url = await listen(server)
  const authority = createAuthority({ ...authorityOptions, issuer: `${url}${path}` })
  const jwksUri = `${url}/jwks`
  const metadata = () => ({ issuer: authority.issuer, jwks_uri: jwksUri })
  // Both specifications take a slash off the end of the issuer before they append to it.
  const basePath = path.replace(/\/$/, '')
  const documents = new Map<string, () => unknown>([
    [`${basePath}/.well-known/openid-configuration`, metadata],
    [`/.well-known/oauth-authorization-server${basePath}`, metadata],
    ['/jwks', () => authority.jwks()],
  ])

  return {
    authority,
    url,
    jwksUri,
    requests,
    respond(at, replacement) {
      if (replacement === undefined) replaced.delete(at)
      else replaced.set(at, replacement)
    },
    close: () => close(server),
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  document: (() => unknown) | undefined,
  replacement: IssuerAnswer = {},
): void {
  if (replacement === 'hang') return
  if (replacement === 'reset') return void request.socket.destroy()
  if (typeof replacement === 'function') return replacement(request, response)
  const { after } = replacement
  if (after === undefined) return send(response, document, replacement)
  after.then(
    () => send(response, document, replacement),
    () => request.socket.destroy(),
  )
}

function send(
  response: ServerResponse,
  document: (() => unknown) | undefined,
  { status, headers, body }: Exclude<IssuerAnswer, string | ((...args: never) => unknown)>,
): void {
  const isOwnDocument = status === undefined && body === undefined
  const found = isOwnDocument ? document?.() : body
  const isRaw = typeof found === 'string' || found instanceof Uint8Array
  response.writeHead(status ?? (isOwnDocument && document === undefined ? 404 : 200), {
    'content-type': 'application/json',
    ...headers,
  })
  response.end(isRaw ? found : JSON.stringify(found))
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
    server.closeAllConnections()
  })
}
