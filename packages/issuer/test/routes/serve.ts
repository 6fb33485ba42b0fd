import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeRoutes } from '@gatewarden/core/kit'
import type { IssuerStore } from '@gatewarden/core'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import { createIssuer } from '../../src/create-issuer.ts'
import type { Issuer } from '../../src/issuer.ts'
import type { IssuerOptions } from '../../src/options.ts'
import { createMemoryStore } from '../../src/stores/memory/memory-store.ts'
import { aroundStore } from '../around-store.ts'

export const HOST = 'api.example'
export const ISSUER = `https://${HOST}`
export const OTHER_AUDIENCE = 'https://other.example'
export const PAGE = 'https://app.example'
export const SERVER_SECRET = 'server-K8Zr1vT0pWq3xY5nB7mD9fG2hJ4kL6s'
export const OLD_SERVER_SECRET = 'server-a0b1c2d3e4f5g6h7i8j9k0l1m2n3o4'
export const OTHER_SECRET = 'other-Q2w4E6r8T0y1U3i5O7p9A1s3D5f7G9h'

export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }
export const CLEARED = '__Host-gw_rt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict'
export const INVALID_GRANT = {
  error: 'invalid_grant',
  error_description: 'The refresh token is not valid, or its session has ended.',
}
export const INVALID_REQUEST = {
  error: 'invalid_request',
  error_description: 'The request cannot be read.',
}
export const INVALID_CLIENT = {
  error: 'invalid_client',
  error_description: 'The client is unknown, or did not authenticate as it must.',
}
export const UNAUTHORIZED_CLIENT = {
  error: 'unauthorized_client',
  error_description: 'The client is not set up to do this.',
}
export const SESSIONS_UNAVAILABLE = {
  error: 'temporarily_unavailable',
  error_description: 'The sessions cannot be reached.',
}

/** For tests in which nobody but a page has tokens: a session need not name its client. */
export const WEB_ONLY = { web: { transport: 'cookie' } } as const

/** What a page's own script sends, besides the cookie that the browser adds. */
export const OURS = { 'x-gatewarden': '1' }

export const cookie = (refreshToken: string) => ({ cookie: `__Host-gw_rt=${refreshToken}` })
export const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` })
export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Undefined for an empty body. @throws SyntaxError */
  readonly json: unknown
  readonly cookies: readonly string[]
}

type Fields = Readonly<Record<string, string | readonly string[]>>

export interface Sent {
  readonly headers?: Fields
  /** A form: pairs, so that a parameter can be there twice. */
  readonly form?: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly body?: string | Buffer
}

export interface Outage {
  isOn: boolean
  of: RegExp
  /** Whether the store did what it was asked, and only its answer was lost. */
  isAfter: boolean
}

export interface Served {
  readonly issuer: Issuer
  readonly clock: TestClock
  /** While it is on, every call of the store fails, or those of these names. */
  readonly outage: Outage
  readonly store: IssuerStore
  readonly port: number
  send(method: string, path: string, sent?: Sent): Promise<Answer>
  close(): Promise<void>
}

/** Serves an issuer over a real socket, as https://api.example. */
export async function serve(options: Partial<IssuerOptions> = {}): Promise<Served> {
  const clock = createTestClock()
  const outage: Outage = { isOn: false, of: /./, isAfter: false }
  const store = aroundStore(createMemoryStore(), async ({ name }, run) => {
    const fails = outage.isOn && outage.of.test(name)
    if (!fails || outage.isAfter) {
      const answer = await run()
      if (!fails) return answer
    }
    throw new Error(`connect ECONNREFUSED ${STORE_SECRET}`)
  })
  const issuer = createIssuer({
    issuer: ISSUER,
    audience: [ISSUER, OTHER_AUDIENCE],
    secret: 'b8Xq2Lw9Zr4Tn7Vy1Kc6Mf3Hs5Jd0Pg-routes',
    onRefresh: null,
    accessTokenJitter: 0,
    origins: [PAGE],
    clients: {
      web: { transport: 'cookie' },
      mobile: { transport: 'body' },
      tablet: {},
      server: { secret: [SERVER_SECRET, OLD_SERVER_SECRET], introspects: [ISSUER] },
      other: { secret: OTHER_SECRET, introspects: [OTHER_AUDIENCE] },
    },
    clock,
    store,
    ...options,
  })
  // Some let more through than Node does by itself.
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (req, res) => {
    nodeRoutes(issuer.routes)(req, res, () =>
      res.writeHead(404, { server: 'the application' }).end('not ours'),
    )
  })
  const port = await listen(server)
  return {
    issuer,
    clock,
    outage,
    store,
    port,
    send: (method, path, sent) => send(port, method, path, sent),
    close: () => close(server),
  }
}

export async function listen(server: Server): Promise<number> {
  // A test that fails before its end must not keep the process.
  server.unref().on('connection', (socket) => socket.unref())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** Sends exactly the fields given, and `Host`, `Content-Type` of a form and `Content-Length`. */
export function send(port: number, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const { headers = {}, form } = sent
  const body = form === undefined ? sent.body : encodeForm(form)
  const fields = {
    host: HOST,
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: fields as Record<string, string> },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.on('error', reject)
        response.on('end', () => {
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text,
            get json() {
              return text === '' ? undefined : (JSON.parse(text) as unknown)
            },
            cookies: response.headers['set-cookie'] ?? [],
          })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

export function encodeForm(form: NonNullable<Sent['form']>): string {
  const pairs = Array.isArray(form) ? (form as [string, string][]) : Object.entries(form)
  return pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

/** What a store's error says must never reach a client. */
export const STORE_SECRET = 'postgres://admin:hunter2@10.1.2.3/prod'

/** Whether the session of these tokens lives, as its user's list has it. */
export async function isAlive({ issuer }: Served, subject: string, sid: string): Promise<boolean> {
  return (await issuer.listSessions(subject)).some((session) => session.sid === sid)
}
