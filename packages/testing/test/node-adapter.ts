import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import {
  authorize,
  createGuard,
  type Guard,
  type GuardError,
  type Reply,
  toReply,
} from '@gatewarden/core'
import type { SuiteApp, SuiteRoute } from '../src/index.ts'

/** Ways to break the adapter, for the tests that must notice. */
export interface Faults {
  readonly admit?: (guard: Guard) => Guard['admit']
  readonly reply?: (error: GuardError) => Reply
  readonly policies?: false
  readonly before?: (request: IncomingMessage, response: ServerResponse) => void
}

/** The smallest adapter there is: a guard in front of routes, on Node's own server. */
export function mountOnNode(app: SuiteApp, faults: Faults = {}): Server {
  const { admit = ownAdmit, reply = app.answerError ?? toReply, policies = true, before } = faults
  const admitRequest = admit(createGuard(app.guard))
  return createServer((request, response) => {
    before?.(request, response)
    answer(request, response).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.writeHead(500).end(),
    )
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    // The guard remembers the request it admitted: the body goes onto that one.
    if (app.forms) Object.assign(request, { body: await readForm(request) })
    const { auth, refusal } = await admitRequest(request, { response })
    if (refusal !== undefined) return reply(refusal)
    const route = findRoute(app.routes, request)
    if (route === undefined) return { status: 404, headers: {}, body: '' }
    const denial = policies && route.policy ? authorize(request, route.policy) : undefined
    if (denial !== undefined) return reply(denial)
    return { status: 200, headers: {}, body: JSON.stringify(route.handle(auth)) }
  }
}

function ownAdmit(guard: Guard): Guard['admit'] {
  return (request, options) => guard.admit(request, options)
}

function findRoute(
  routes: readonly SuiteRoute[],
  { method, url }: IncomingMessage,
): SuiteRoute | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  return routes.find((route) => route.method === wanted && route.path === url?.split('?')[0])
}

async function readForm(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) return undefined
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return parse(text)
}
