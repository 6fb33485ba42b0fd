import { type Admission, type Auth, toReply } from '@gatewarden/core'
import { guardSuite, type SuiteApp } from '../src/index.ts'
import { type Faults, mountOnNode } from './node-adapter.ts'
import { failuresOf } from './run-suite.ts'

describe('an adapter of Node alone', () => guardSuite((app) => mountOnNode(app)))

describe('guardSuite', () => {
  it('has nothing to say against a good adapter, and closes what it was given', async () => {
    let closed = 0
    const failures = await failuresOf((app) => ({
      server: mountOnNode(app),
      close: () => closed++,
    }))
    expect(failures).toEqual([])
    expect(closed).toBeGreaterThan(20)
  })

  it('leaves out error handlers where an adapter has none', async () => {
    const mount = (app: SuiteApp) => mountOnNode({ ...app, answerError: undefined })
    expect(await failuresOf(mount)).toContain("the application's own error handler: no token")
    expect(await failuresOf(mount, { errorHandlers: false })).toEqual([])
  })

  it('says what it misses where there is no test runner', () => {
    const { describe } = globalThis
    expect(() => guardSuite(mountOnNode, { describe, it: undefined as never })).toThrow(TypeError)
  })
})

describe('guardSuite notices an adapter that', () => {
  it.each<[what: string, faults: Faults, red: string]>([
    [
      'guards nothing',
      { admit: () => () => ({ auth: undefined }) as Admission },
      'the Authorization header: RS-07: no token',
    ],
    ['judges no policy', { policies: false }, 'policies: RS-09: /scopes: no scope'],
    [
      'lets HEAD pass',
      {
        admit: (guard) => (request, options) =>
          request.method === 'HEAD'
            ? ({ auth: undefined } as Admission)
            : guard.admit(request, options),
      },
      'ways round the guard: HEAD without a token',
    ],
    [
      'hides repeated fields from the guard',
      { before: (request) => (request.rawHeaders = []) },
      'the Authorization header: RS-02: two tokens',
    ],
    [
      'does not tell the guard of the response',
      { admit: (guard) => (request) => guard.admit(request) },
      'the query, switched on: RS-05: a token, and a private answer',
    ],
    [
      'remembers who came last',
      { admit: rememberingTheLast },
      'state between requests: keep-alive: the next request on a socket needs its own token',
    ],
    [
      'hands out one copy of auth that can be changed',
      { admit: thawing },
      'state between requests: auth, after a handler tampered with it',
    ],
    [
      'sends no challenge',
      { reply: (error) => ({ ...toReply(error), headers: {} }) },
      'the Authorization header: RS-03: Bearer alone',
    ],
    [
      'takes an outage for a bad token',
      { reply: (error) => ({ ...toReply(error), status: Math.min(error.status, 401) }) },
      'a key set that cannot be had: RS-16: the provider answers 500',
    ],
    [
      'repeats the token in an answer',
      {
        before: ({ headers }, response) =>
          response.setHeader('x-echo', headers.authorization ?? ''),
      },
      'the Authorization header: a good token passes',
    ],
    [
      'answers with the stack of an error',
      {
        reply: (error) => ({
          ...toReply(error),
          body: `${error.message}\n    at guard (guard.ts:1:1)`,
        }),
      },
      'the Authorization header: RS-07: no token',
    ],
  ])('%s', async (_what, faults, red) => {
    expect(await failuresOf((app) => mountOnNode(app, faults))).toContain(red)
  })

  it('reaches the handler although the guard refused', async () => {
    const mount = (app: SuiteApp) =>
      mountOnNode(app, {
        reply(error) {
          app.routes[0]?.handle(undefined)
          return toReply(error)
        },
      })
    expect(await failuresOf(mount)).toContain('the Authorization header: RS-07: no token')
  })
})

type Admit = NonNullable<Faults['admit']>

function rememberingTheLast(guard: Parameters<Admit>[0]): ReturnType<Admit> {
  let last: Admission | undefined
  return async (request, options) => {
    const admission = await guard.admit(request, options)
    if (admission.refusal?.code === 'ERR_TOKEN_MISSING') return last ?? admission
    if (admission.refusal === undefined) last = admission
    return admission
  }
}

function thawing(guard: Parameters<Admit>[0]): ReturnType<Admit> {
  const copies = new Map<Auth, Auth>()
  return async (request, options) => {
    const admission = await guard.admit(request, options)
    if (admission.auth === undefined) return admission
    const auth = copies.get(admission.auth) ?? structuredClone({ ...admission.auth })
    copies.set(admission.auth, auth)
    return { ...admission, auth }
  }
}
