import { generateKeyPairSync, sign } from 'node:crypto'
import type { IssuerStore, RouteReply } from '@gatewarden/core'
import {
  createIssuer,
  createMemoryStore,
  type Issuer,
  type IssuerErrorCode,
  type IssuerOptions,
  type Signer,
} from '@gatewarden/issuer'
import { createTestClock, type TestClock } from '@gatewarden/testing'

/*
 * Issuers that are brought to refuse, each code through a route as a client meets it. The pages of the codes show these
 * answers, and quote what is logged meanwhile.
 */

const API = 'https://api.example.com'
const REPORTS_SECRET = 'reports-K8Zr1vT0pWq3xY5nB7mD9fG2hJ4kL6s'
const clients = {
  web: { transport: 'cookie' },
  ios: { transport: 'body' },
  reports: { transport: 'body', secret: REPORTS_SECRET, introspects: [API] },
} as const

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const signer: Signer = {
  algorithm: 'EdDSA',
  publicKey,
  sign: (input) => sign(null, input, privateKey),
}

interface Scene {
  readonly issuer: Issuer
  readonly clock: TestClock
  /** The refresh token of a session of the client `ios`. */
  readonly token: string
  readonly accessToken: string
  /** From now on every call of the store fails. */
  readonly breakStore: () => void
}

async function open(
  options: Partial<IssuerOptions> = {},
  keys: Pick<IssuerOptions, 'signers'> = { signers: [signer] },
): Promise<Scene> {
  const clock = createTestClock()
  const { store, breakStore } = fragile(createMemoryStore())
  const issuer = createIssuer({
    issuer: API,
    audience: API,
    secret: 'b8Xq2Lw9Zr4Tn7Vy1Kc6Mf3Hs5Jd0Pg-docs',
    onRefresh: null,
    clients,
    ...keys,
    clock,
    store,
    ...options,
  })
  const tokens = await issuer.openSession({ subject: 'alice', client: 'ios', scope: 'orders:read' })
  const { refreshToken: token, accessToken } = tokens
  return { issuer, clock, token, accessToken, breakStore }
}

type Refuse = () => Promise<RouteReply>

const refreshed: { readonly [code in IssuerErrorCode]?: Refuse } = {
  async ERR_REFRESH_TOKEN_INVALID() {
    const { issuer, token } = await open()
    await refresh(issuer, token.replace(/^gwr\.[^.]+/, 'gwr.AAAAAAAA'))
    await refresh(issuer, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)
    // As after a backup was restored, from before the login.
    await refresh((await open()).issuer, token)
    await send(issuer, 'POST', '/auth/refresh', {})
    return refresh(issuer, 'eyJhbGciOiJFUzI1NiJ9.e30.x')
  },

  async ERR_SESSION_ENDED() {
    const { issuer, clock, token } = await open()
    clock.advance(14 * 86_400)
    await refresh(issuer, token)
    const other = await open()
    await send(other.issuer, 'POST', '/auth/logout', form({ refresh_token: other.token }))
    await send(
      other.issuer,
      'POST',
      '/auth/logout-everywhere',
      form({ refresh_token: other.token }),
    )
    return refresh(other.issuer, other.token)
  },

  async ERR_BINDING_MISMATCH() {
    const { issuer, token } = await open()
    const bound = await issuer.openSession({
      subject: 'alice',
      client: 'ios',
      binding: { jkt: 'A'.repeat(43) },
    })
    await refresh(issuer, bound.refreshToken)
    return refresh(issuer, token, {
      headers: { authorization: basic('reports', REPORTS_SECRET) },
      form: { client_id: undefined },
    })
  },

  async ERR_REFRESH_REUSED() {
    const strict = await open({ replayWindow: 0, lateReplay: false })
    await refresh(strict.issuer, strict.token)
    await refresh(strict.issuer, strict.token)
    const slow = await open()
    await refresh(slow.issuer, slow.token)
    for (const pause of [31, 31]) {
      slow.clock.advance(pause)
      await refresh(slow.issuer, slow.token)
    }
    const { issuer, token } = await open()
    const next = JSON.parse((await refresh(issuer, token)).body) as { refresh_token: string }
    await refresh(issuer, next.refresh_token)
    return refresh(issuer, token)
  },

  async ERR_REFRESH_DENIED() {
    const { issuer, token } = await open({ onRefresh: () => null })
    return refresh(issuer, token)
  },

  async ERR_SCOPE_EXCEEDED() {
    const { issuer, token } = await open()
    await refresh(issuer, token, { form: { scope: 'orders:"read"' } })
    return refresh(issuer, token, { form: { scope: 'orders:read orders:write' } })
  },

  async ERR_REFRESH_FLOODED() {
    const { issuer, token } = await open()
    for (let times = 0; times < 65; times++) await refresh(issuer, token)
    return refresh(issuer, token)
  },

  async ERR_STORE_UNAVAILABLE() {
    const { issuer, token, breakStore } = await open()
    breakStore()
    return refresh(issuer, token)
  },

  async ERR_SIGNING_UNAVAILABLE() {
    const keys = fragile(createMemoryStore())
    const cutOff = await open({ store: keys.store }, {})
    keys.breakKeys()
    cutOff.clock.advance(12 * 3600)
    await refresh(cutOff.issuer, cutOff.token)

    let isDown = false
    const sign = (input: Uint8Array) => {
      if (isDown) throw new Error('the KMS does not answer')
      return signer.sign(input)
    }
    const { issuer, token } = await open({ signers: [{ ...signer, sign }] })
    isDown = true
    return refresh(issuer, token)
  },

  async ERR_REFRESH_CHECK_UNAVAILABLE() {
    const wrong = await open({ onRefresh: () => ({ claims: { exp: 1 } }) })
    await refresh(wrong.issuer, wrong.token)
    const { issuer, token } = await open({
      onRefresh() {
        throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
      },
    })
    return refresh(issuer, token)
  },
}

export const refusals: { readonly [code in IssuerErrorCode]?: Refuse } = {
  ...refreshed,

  async ERR_CLIENT_UNAUTHENTICATED() {
    const { issuer, token } = await open()
    const tries: Sent[] = [
      { form: { token } },
      { form: { client_id: 'android', token } },
      { form: { client_id: 'ios', client_secret: 'x', token } },
      { form: { client_id: 'reports', token } },
      { headers: { authorization: 'Basic ???' }, form: { token } },
      { headers: { authorization: `Basic ${btoa('reports')}` }, form: { token } },
    ]
    for (const each of tries) await send(issuer, 'POST', '/auth/revoke', each)
    await send(issuer, 'POST', '/auth/introspect', form({ token }))
    const authorization = basic('reports', 'another-secret')
    return send(issuer, 'POST', '/auth/introspect', { headers: { authorization }, form: { token } })
  },

  async ERR_CLIENT_UNAUTHORIZED() {
    const { issuer, token } = await open()
    await refresh(issuer, token, { form: { client_id: 'web' } })
    const { refreshToken } = await issuer.openSession({ subject: 'alice', client: 'web' })
    await send(issuer, 'POST', '/auth/refresh', {
      headers: { cookie: `__Host-gw_rt=${refreshToken}`, 'x-gatewarden': '1' },
      form: { client_id: 'ios' },
    })
    return send(issuer, 'POST', '/auth/revoke', { form: { client_id: 'web', token } })
  },

  async ERR_GRANT_UNSUPPORTED() {
    const { issuer, token } = await open()
    return refresh(issuer, token, { form: { grant_type: 'password' } })
  },

  async ERR_AUTH_REQUEST_INVALID() {
    const { issuer, token } = await open()
    const cookie = `__Host-gw_rt=${token}`
    await refresh(issuer, token, { form: { grant_type: undefined } })
    await refresh(issuer, token, { headers: { cookie } })
    await refresh(issuer, '', { form: { refresh_token: undefined } })
    const authorization = basic('reports', REPORTS_SECRET)
    await refresh(issuer, token, {
      headers: { authorization },
      form: { client_secret: REPORTS_SECRET },
    })
    await refresh(issuer, token, { headers: { authorization } })
    await send(issuer, 'POST', '/auth/revoke', form({}))
    await send(issuer, 'POST', '/auth/refresh', { headers: { cookie: `${cookie}; ${cookie}` } })
    const json = { 'content-type': 'application/json', 'content-length': '2' }
    await send(issuer, 'POST', '/auth/refresh', { headers: json, body: {} })
    await send(issuer, 'POST', '/auth/refresh', { headers: { ...json, 'content-length': '99999' } })
    await send(issuer, 'POST', '/auth/refresh', {
      headers: { 'content-type': 'multipart/form-data', 'content-length': '10' },
      body: {},
    })
    const read = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '10' }
    await send(issuer, 'POST', '/auth/refresh', { headers: read })
    return refresh(issuer, token, { form: { grant_type: undefined } })
  },

  async ERR_SESSION_UNKNOWN() {
    const { issuer, accessToken } = await open()
    return send(issuer, 'DELETE', '/auth/sessions/3f0c1a52-4d0e-4c5f-9a53-0d7f6b1c2e88', {
      headers: { authorization: `Bearer ${accessToken}` },
    })
  },
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

function form(fields: Readonly<Record<string, string>>): Sent {
  return { form: { client_id: 'ios', ...fields } }
}

/** The refresh of an application on a phone, but for what is given. */
function refresh(issuer: Issuer, token: string, sent: Sent = {}): Promise<RouteReply> {
  const fields = { grant_type: 'refresh_token', client_id: 'ios', refresh_token: token }
  return send(issuer, 'POST', '/auth/refresh', { ...sent, form: { ...fields, ...sent.form } })
}

/** Asks a route as an adapter does whose application parsed the body before. */
async function send(
  { routes }: Issuer,
  method: string,
  path: string,
  { headers = {}, form: fields, body }: Sent,
): Promise<RouteReply> {
  const [pattern, sid = ''] = path.startsWith('/auth/sessions/')
    ? ['/auth/sessions/:sid', path.slice('/auth/sessions/'.length)]
    : [path]
  const route = routes.find((each) => each.method === method && each.path === pattern)!
  const values = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)
  return route.handle({
    method,
    url: path,
    headers: {
      host: 'api.example.com',
      ...(fields !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    params: { sid },
    body: fields === undefined ? body : Object.fromEntries(values),
  })
}

function basic(id: string, secret: string): string {
  return `Basic ${btoa(`${id}:${secret}`)}`
}

function fragile(inner: IssuerStore) {
  let isBroken = false
  let hasBrokenKeys = false
  const around = <T extends object>(part: T, isDown: () => boolean): T =>
    new Proxy(part, {
      get: (target, name) => {
        if (isDown()) throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
        return Reflect.get(target, name) as unknown
      },
    })
  const store: IssuerStore = {
    ...inner,
    sessions: around(inner.sessions, () => isBroken),
    keys: around(inner.keys, () => isBroken || hasBrokenKeys),
    revocations: around(inner.revocations, () => isBroken),
  }
  return {
    store,
    breakStore: () => void (isBroken = true),
    breakKeys: () => void (hasBrokenKeys = true),
  }
}
