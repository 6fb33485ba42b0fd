import assert from 'node:assert/strict'
import type { RawAnswer, RawRequest } from '../raw-http.ts'
import { type RunningServer, startServer } from '../running-app.ts'
import type { TestRunner } from '../test-runner.ts'
import { createEchoIssuer, type EchoIssuer, LOGIN, SECRET } from './echo-issuer.ts'
import type { MountRoutes, RouteHandler } from './route-app.ts'

/** The application under test while it runs, and what it was seen to do. */
export interface RunningRoutes extends RunningServer {
  readonly issuer: EchoIssuer
  /** How many requests came to a handler of the application's own. */
  readonly passedOn: () => number
}

/** Who has to answer a request: a route, a handler of the application, or neither. */
export type Answering = 'a route' | 'the application' | 'neither'

export interface RouteTests {
  /** Whether parsers of the application run before the routes. */
  readonly parsers: boolean
  readonly it: (title: string, run: (app: RunningRoutes) => Promise<void>) => void
  /** One request, and what must be true of the answer. */
  readonly exchange: (
    title: string,
    request: RawRequest | ((app: RunningRoutes) => RawRequest),
    answering: Answering,
    check: (answer: RawAnswer) => void,
  ) => void
}

/** The origin that the login of the suite's application lists. */
export const LISTED = 'https://app.example'

const own = (method: RouteHandler['method'], path: string, origins?: readonly string[]) => ({
  method,
  path,
  origins,
})

const OWN = [
  own('GET', '/own'),
  own('POST', '/own'),
  own('OPTIONS', '/auth/body'),
  own('GET', '/auth/other'),
  own('POST', '/login', [LISTED]),
  own('GET', '/login', [LISTED]),
  own('POST', '/login-here', []),
]

/** Registers tests against one application, which starts with the first of them. */
export function routeTests(
  mount: MountRoutes,
  parsers: boolean,
  { it, afterAll }: TestRunner,
): RouteTests {
  let running: Promise<RunningRoutes> | undefined
  afterAll(async () => (await running)?.close())

  const tests: RouteTests = {
    parsers,
    it: (title, run) => void it(title, async () => run(await (running ??= start(mount, parsers)))),

    exchange(title, request, answering, check) {
      tests.it(title, async (app) => {
        const before = [app.issuer.reached(), app.passedOn()] as const
        const answer = await app.send(typeof request === 'function' ? request(app) : request)
        const reached = [app.issuer.reached() - before[0], app.passedOn() - before[1]]
        check(answer)
        const expected = [answering === 'a route' ? 1 : 0, answering === 'the application' ? 1 : 0]
        assert.deepEqual(reached, expected, 'how often a route, and a handler, was reached')
        assert.ok(
          !JSON.stringify(answer).includes(SECRET.slice(0, 12)),
          'the answer tells a secret',
        )
      })
    },
  }
  return tests
}

async function start(mount: MountRoutes, parsers: boolean): Promise<RunningRoutes> {
  const issuer = createEchoIssuer()
  let passedOn = 0
  const handlers = OWN.map((handler) => ({
    ...handler,
    handle() {
      passedOn++
      return LOGIN
    },
  }))
  const server = await startServer(await mount({ issuer, parsers, handlers }))
  return { ...server, issuer, passedOn: () => passedOn }
}

/** Compares the status and some fields of an answer; undefined for one that must not be there. */
export function checkAnswered(
  answer: RawAnswer,
  status: number,
  headers: Readonly<Record<string, string | undefined>> = {},
): void {
  assert.equal(answer.status, status, `the body is ${answer.body}`)
  for (const [name, value] of Object.entries(headers)) {
    const values = answer.fields.filter(([field]) => field.toLowerCase() === name)
    assert.deepEqual(values.map(([, each]) => each).join(' | '), value ?? '', `the header ${name}`)
  }
}

export function checkProblem(answer: RawAnswer, status: number, detail: string): void {
  checkAnswered(answer, status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
  const { title: _title, ...problem } = JSON.parse(answer.body) as { title: string }
  assert.deepEqual(problem, { status, detail })
}
