import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import { type GuardRequest, type Route, type RouteReply, toReply } from '@gatewarden/core'
import { createCsrfJudge, nodeRoutes, sendNodeReply } from '@gatewarden/core/kit'
import { type RouteApp, routeSuite, type RouteSuiteOptions } from '../src/index.ts'

/** Ways to break the adapter, for the tests that must notice. */
interface Faults {
  readonly routes?: (routes: readonly Route[]) => readonly Route[]
  readonly before?: (request: IncomingMessage) => void
  readonly send?: (response: ServerResponse, reply: RouteReply) => void
  readonly next?: (next: () => void) => void
  readonly judge?: (request: GuardRequest) => undefined
}

/** The smallest adapter there is, on Node's own server. */
function mountOnNode({ issuer, parsers, handlers }: RouteApp, faults: Faults = {}): Server {
  const { routes = (given) => given, before, send = sendNodeReply, next = (go) => go() } = faults
  const serve = nodeRoutes(routes(issuer.routes))
  return createServer((request, response) => {
    before?.(request)
    void (parsers ? readBody(request) : Promise.resolve()).then(() =>
      serve(request, response, () => next(() => answer(request, response))),
    )
  })

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url } = request
    const handler = handlers.find((one) => one.method === method && one.path === url)
    if (handler === undefined) return send(response, { status: 404, headers: {}, body: '' })
    const { origins } = handler
    const judge = faults.judge ?? createCsrfJudge({ origins: origins ?? [] })
    const refusal = origins === undefined ? undefined : judge(request)
    send(response, refusal === undefined ? handler.handle() : toReply(refusal))
  }
}

async function readBody(request: IncomingMessage): Promise<void> {
  const type = request.headers['content-type'] ?? ''
  const isForm = type.startsWith('application/x-www-form-urlencoded') && !type.endsWith('x')
  if (!isForm && type !== 'application/json') return
  let text = ''
  try {
    for await (const chunk of request) text += String(chunk)
  } catch {
    return
  }
  Object.assign(request, { body: isForm ? parse(text) : text === '' ? {} : JSON.parse(text) })
}

/** Runs the suite inside a test and returns the titles of its tests that failed. */
async function failuresOf(faults: Faults, options: RouteSuiteOptions = {}): Promise<string[]> {
  const tests: { title: string; run: () => Promise<void> }[] = []
  const cleanUps: (() => Promise<void>)[] = []
  routeSuite((app) => mountOnNode(app, faults), {
    describe: (_title, define) => define(),
    it: (title, run) => tests.push({ title, run }),
    afterAll: (run) => cleanUps.push(run),
    parsers: 'never',
    ...options,
  })
  const failures: string[] = []
  for (const { title, run } of tests) await run().catch(() => failures.push(title))
  for (const cleanUp of cleanUps) await cleanUp()
  return failures
}

describe('an adapter of Node alone', () => routeSuite((app) => mountOnNode(app)))

describe('routeSuite', () => {
  it('leaves out what a framework does not have', () => {
    for (const [parsers, groups] of [
      ['both', 2],
      ['always', 1],
      ['never', 1],
    ] as const) {
      const titles: string[] = []
      const describe = (title: string) => titles.push(title)
      routeSuite(mountOnNode, { describe, parsers })
      expect(titles).toHaveLength(groups)
    }
  })

  it('says what it misses where there is no test runner', () => {
    expect(() => routeSuite(mountOnNode, { it: undefined as never })).toThrow(TypeError)
  })
})

describe('routeSuite notices an adapter that', () => {
  it.each<[what: string, faults: Faults, red: string]>([
    [
      'folds the case of paths',
      { before: (request) => (request.url = request.url!.toLowerCase()) },
      'take /AUTH/BODY for no path of theirs',
    ],
    [
      'decodes paths',
      { before: (request) => (request.url = safelyDecoded(request.url!)) },
      'take /auth/b%6Fdy for no path of theirs',
    ],
    [
      'answers OPTIONS itself',
      { before: (request) => request.method === 'OPTIONS' && (request.method = 'PUT') },
      'leave OPTIONS to the application, whose CORS answers it',
    ],
    [
      'passes a request on twice',
      { next: (go) => [go, go].forEach((each) => each()) },
      'leave other paths to the application',
    ],
    [
      'serves a route for other methods',
      { routes: (routes) => routes.map((route) => ({ ...route, method: 'POST' as const })) },
      'answer 405 to PUT /auth/things/1',
    ],
    [
      'writes cookies into one field',
      {
        routes: (routes) =>
          routes.map((route) => ({
            ...route,
            async handle(request) {
              const reply = await route.handle(request)
              const cookies = reply.headers['set-cookie']
              if (cookies === undefined) return reply
              const joined = [cookies].flat().join(', ')
              return { ...reply, headers: { ...reply.headers, 'set-cookie': joined } }
            },
          })),
      },
      'AS-02 send each cookie in a field of its own',
    ],
    [
      'hides the body',
      {
        routes: (routes) =>
          routes.map((route) => ({
            ...route,
            handle: ({ stream: _stream, ...request }) => route.handle(request),
          })),
      },
      'read a form',
    ],
    ['judges no write', { judge: () => undefined }, 'AS-23 refuse a foreign page'],
    [
      'sends no reply',
      { send: (response) => response.end() },
      'AS-23 log in a client that is no browser',
    ],
  ])('%s', async (_what, faults, red) => {
    expect(await failuresOf(faults)).toContain(red)
  })
})

function safelyDecoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}
