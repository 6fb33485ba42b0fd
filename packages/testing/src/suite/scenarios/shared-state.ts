import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { checkAnswer } from '../check-answer.ts'
import { exchange } from '../exchange.ts'
import { type Expected, passed } from '../expected.ts'
import type { RawRequest } from '../raw-http.ts'
import { malformed, noToken } from '../refusals.ts'
import type { RunningApp } from '../running-app.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import type { SuiteRoute } from '../suite-app.ts'
import { helloApp, helloRoutes } from './hello-app.ts'
import { fail, show, tamper } from './tampering.ts'

/** Nothing of one request shows in another. */
export function sharedState(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const claims = { scope: 'read', roles: ['guest'], profile: { level: 1 } }
  const good = { headers: bearer(authority.token(claims)) }
  const asSigned = {
    subject: 'alice',
    scopes: ['read'],
    claimed: ['guest'],
    admin: false,
    own: false,
  }
  const shown = passed({ ...claims, ...asSigned })
  const routes: SuiteRoute[] = [
    ...helloRoutes,
    { method: 'POST', path: '/tamper', policy: undefined, handle: tamper },
    { method: 'GET', path: '/shown', policy: undefined, handle: show },
    { method: 'GET', path: '/fail', policy: undefined, handle: fail },
  ]

  return {
    title: 'state between requests',
    app: helloApp(authority.guardOptions(), { routes }),
    rows: [
      row('auth, before a handler tampers with it', { ...good, path: '/shown' }, shown),
      row(
        'a handler tampers with auth',
        { ...good, method: 'POST', path: '/tamper' },
        passed({ changed: 0 }),
      ),
      row('auth, after a handler tampered with it', { ...good, path: '/shown' }, shown),
      {
        title: "a handler's own error is not the guard's",
        observe: (app) => observeFailure(app, { ...good, path: '/fail' }),
      },
      {
        title: 'keep-alive: the next request on a socket needs its own token',
        observe: (app) => observeKeepAlive(app, good),
      },
      {
        title: 'fifty requests at once, each with its own answer',
        observe: (app) =>
          observeCrowd(app, (sub) => ({ headers: bearer(authority.token({ sub })) })),
      },
    ],
  }
}

/** The framework's own error page may show a stack, so leaks are not looked for. */
async function observeFailure(app: RunningApp, request: RawRequest): Promise<void> {
  const before = app.reached()
  const { status, headers } = await app.send(request)
  assert.equal(status, 500)
  assert.equal(headers['www-authenticate'], undefined)
  assert.equal(app.reached() - before, 1, 'how often the handler was reached')
}

/** A login must be kept neither on the socket nor in a variable of the module. */
async function observeKeepAlive(app: RunningApp, good: RawRequest): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    checkAnswer(good, await app.send(good, agent), passed())
    const before = app.reached()
    const anonymous = await app.send({}, agent)
    assert.ok(anonymous.reusedSocket, 'the second request had a socket of its own')
    checkAnswer({}, anonymous, noToken)
    assert.equal(app.reached(), before, 'the handler was reached without a token')
    checkAnswer(good, await app.send(good, agent), passed())
  } finally {
    agent.destroy()
  }
}

async function observeCrowd(app: RunningApp, goodFor: (sub: string) => RawRequest): Promise<void> {
  const before = app.reached()
  const crowd = Array.from({ length: 50 }, (_, at): [RawRequest, Expected] => {
    if (at % 5 === 0) return [{}, noToken]
    if (at % 5 === 1) return [{ headers: bearer(`x${at}`) }, malformed]
    return [goodFor(`user-${at}`), passed({ sub: `user-${at}` })]
  })
  await Promise.all(
    crowd.map(async ([request, expected]) => {
      checkAnswer(request, await app.send(request), expected)
    }),
  )
  assert.equal(app.reached() - before, 30, 'how often the handler was reached')
  await exchange(app, {}, noToken)
}
