import type { Route, RouteReply, RouteRequest } from '@gatewarden/core'
import { BodyError, problemReply, readBody } from '@gatewarden/core/kit'

/** What the routes of the suite have seen. */
export interface EchoIssuer {
  readonly routes: readonly Route[]
  /** How many requests came to any of the routes. */
  readonly reached: () => number
  /** The next failure to read a body. */
  readonly nextBodyError: () => Promise<BodyError>
}

/** Stands in for an issuer: routes of every kind, which say what they were asked. */
export function createEchoIssuer(): EchoIssuer {
  let reached = 0
  let onBodyError: (error: BodyError) => void = () => undefined

  const echoBody: Route['handle'] = async (request) => {
    try {
      const body = await readBody(request)
      return json(body.kind === 'form' ? { form: Object.fromEntries(body.values) } : body)
    } catch (error) {
      if (!(error instanceof BodyError)) throw error
      onBodyError(error)
      return problemReply(error.status, error.problem)
    }
  }
  const routes: Route[] = [
    { method: 'GET', path: '/.well-known/jwks.json', handle: () => resolved(KEYS) },
    { method: 'GET', path: '/auth/things', handle: (request) => resolved(json(seen(request))) },
    { method: 'GET', path: '/auth/things/:id', handle: (request) => resolved(json(seen(request))) },
    { method: 'DELETE', path: '/auth/things/:id', handle: () => resolved(NOTHING) },
    { method: 'POST', path: '/auth/body', handle: echoBody },
    { method: 'POST', path: '/auth/login', handle: () => resolved(LOGIN) },
    { method: 'POST', path: '/auth/revoke', handle: () => resolved(EMPTY) },
    { method: 'POST', path: '/auth/moved', handle: () => resolved(MOVED) },
    { method: 'POST', path: '/auth/rejects', handle: () => Promise.reject(new Error(SECRET)) },
    {
      method: 'POST',
      path: '/auth/throws',
      handle() {
        throw new Error(SECRET)
      },
    },
  ]
  return {
    routes: routes.map((route) => ({
      ...route,
      handle(request) {
        reached++
        return route.handle(request)
      },
    })),
    reached: () => reached,
    nextBodyError: () => new Promise((resolve) => (onBodyError = resolve)),
  }
}

/** What no answer may hold. */
export const SECRET = 'postgres://user:hunter2@10.0.0.1/app is down'

const KEYS: RouteReply = {
  status: 200,
  headers: { 'content-type': 'application/jwk-set+json', etag: '"1"' },
  body: '{"keys":[]}',
}

/** A login: two cookies, and nothing for caches (AS-02). */
export const LOGIN: RouteReply = {
  status: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'set-cookie': ['a=1; Path=/; HttpOnly', 'b=2; Path=/'],
  },
  body: '{"token":"ü"}',
}

const NOTHING: RouteReply = { status: 204, headers: { 'cache-control': 'no-store' }, body: '' }
const EMPTY: RouteReply = { status: 200, headers: { 'cache-control': 'no-store' }, body: '' }
const MOVED: RouteReply = { status: 303, headers: { location: '/auth/things' }, body: '' }

function seen({ method, url, params }: RouteRequest) {
  return { method, url, params }
}

function json(value: unknown): RouteReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}

function resolved(reply: RouteReply): Promise<RouteReply> {
  return Promise.resolve(reply)
}
