import '../src/augment.ts'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import {
  connect,
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createAuthority, createIssuerServer } from '@gatewarden/testing'
import { bodyParser } from '@koa/bodyparser'
import Router, { type RouterContext, type RouterMiddleware } from '@koa/router'
import Koa3, { type Middleware } from 'koa'
import Koa2 from 'koa-2'
import request from 'supertest'
import {
  allOf,
  anyOf,
  authorize,
  createGuard,
  type GuardRequest,
  isGuardError,
  jwtGuard,
  not,
  requirePredicate,
  requireRoles,
  requireScopes,
} from '../src/index.ts'

// What is particular to Koa. What every adapter must answer is in guard-suite.test.ts.

const authority = createAuthority()
const guard = createGuard(authority.guardOptions())

const NO_TOKEN = 'Bearer realm="api"'
const INVALID_TOKEN =
  'Bearer realm="api", error="invalid_token", error_description="The access token is not valid."'
const LACKS_READ =
  'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="read"'

const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

const { error: consoleError } = console
const { emitWarning } = process
afterEach(() => {
  console.error = consoleError
  process.emitWarning = emitWarning
})

describe.each([
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_name, Koa) => {
  /** An app, with what it told its listeners of errors, and whether a request came through to its end. */
  function setUp(...middleware: RouterMiddleware[]) {
    const app = new Koa()
    const errors: unknown[] = []
    app.on('error', (error: unknown) => errors.push(error))
    for (const each of middleware) app.use(each)
    const seen = { reached: 0 }
    app.use((ctx) => {
      seen.reached++
      ctx.body = { reached: true }
    })
    return { app: app.callback(), errors, seen }
  }

  it('sets ctx.state.auth, and guard.authOf(ctx) finds the same', async () => {
    const { app } = setUp(jwtGuard(guard), (ctx) => {
      const { auth } = ctx.state
      ctx.body = { subject: auth.subject, same: guard.authOf(ctx) === auth }
    })
    await request(app)
      .get('/')
      .set('Authorization', bearer())
      .expect(200, { subject: 'alice', same: true })
  })

  it('sets ctx.state.auth to undefined where a token is optional and absent, and they agree again', async () => {
    const visitors = createGuard({ ...authority.guardOptions(), optional: true })
    const { app } = setUp(jwtGuard(visitors), (ctx) => {
      const found = [ctx.state.auth, visitors.optionalAuthOf(ctx)]
      ctx.body = { set: 'auth' in ctx.state, nobody: found.every((each) => each === undefined) }
    })
    await request(app).get('/').expect(200, { set: true, nobody: true })
  })

  describe('forwardErrors', () => {
    const answerMyself: Middleware = async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        if (!isGuardError(error)) throw error
        ctx.status = error.status
        ctx.set({ ...error.headers })
        ctx.body = { mine: error.code, expose: error.expose }
      }
    }
    const setUpToAnswerMyself = () =>
      setUp(answerMyself, jwtGuard(guard, { forwardErrors: true }), requireScopes('read'))

    it('throws a refusal of the guard to the middleware upstream, with status and headers', async () => {
      const { app, errors, seen } = setUpToAnswerMyself()
      await request(app)
        .get('/')
        .expect(401, { mine: 'ERR_TOKEN_MISSING', expose: false })
        .expect('WWW-Authenticate', NO_TOKEN)
        .expect('Cache-Control', 'no-store')
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([])
    })

    it('throws a refusal of a policy to it, too', async () => {
      const { app, errors, seen } = setUpToAnswerMyself()
      await request(app)
        .get('/')
        .set('Authorization', bearer({ scope: 'write' }))
        .expect(403, { mine: 'ERR_SCOPE_INSUFFICIENT', expose: false })
        .expect('WWW-Authenticate', LACKS_READ)
        .expect('Cache-Control', 'no-store')
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([])
    })

    it.each([
      ['no token', undefined, 401, 'Unauthorized', NO_TOKEN, 'ERR_TOKEN_MISSING'],
      [
        'a token of another issuer',
        bearer({ iss: 'https://evil.test' }),
        401,
        'Unauthorized',
        INVALID_TOKEN,
        'ERR_ISSUER_UNTRUSTED',
      ],
      [
        'a token without the scope',
        bearer({ scope: 'write' }),
        403,
        'Forbidden',
        LACKS_READ,
        'ERR_SCOPE_INSUFFICIENT',
      ],
    ])(
      "attack 123: Koa's own error handler answers %s with no more than the client may know",
      async (_what, token, status, body, challenge, code) => {
        const { app, errors, seen } = setUp(
          jwtGuard(guard, { forwardErrors: true }),
          requireScopes('read'),
        )
        const { headers } = await request(app)
          .get('/')
          .set(token === undefined ? {} : { Authorization: token })
          .expect(status, body)
          .expect('WWW-Authenticate', challenge)
          .expect('Cache-Control', 'no-store')
          .expect('Content-Type', 'text/plain; charset=utf-8')
        expect(JSON.stringify(headers)).not.toMatch(/ERR_|evil|issuer\.test|node_modules/)
        expect(seen.reached).toBe(0)
        expect(errors).toEqual([expect.objectContaining({ name: 'GuardError', code, status })])
      },
    )

    it("an outage keeps its Retry-After through Koa's own error handler", async () => {
      const failing = createGuard({
        ...authority.guardOptions(),
        check: () => {
          throw new Error('the database is away')
        },
      })
      const { app, errors, seen } = setUp(jwtGuard(failing, { forwardErrors: true }))
      const response = await request(app)
        .get('/')
        .set('Authorization', bearer())
        .expect(503, 'Service Unavailable')
        .expect('Retry-After', '5')
        .expect('Cache-Control', 'no-store')
      expect(response.headers).not.toHaveProperty('www-authenticate')
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([expect.objectContaining({ code: 'ERR_CHECK_UNAVAILABLE' })])
    })

    it('what Koa prints of a refusal holds nothing of the token and no stack', async () => {
      const printed: unknown[][] = []
      console.error = (...line: unknown[]) => void printed.push(line)
      const app = new Koa()
      app.use(jwtGuard(guard, { forwardErrors: true }))
      await request(app.callback())
        .get('/')
        .set('Authorization', bearer({ iss: 'https://evil.test' }))
        .expect(401)
      expect(printed.flat().map((line) => String(line).trim())).toEqual([
        'GuardError: The access token is not valid.',
      ])
    })
  })

  it.each([
    ['by default', {}],
    ['with forwardErrors', { forwardErrors: true }],
  ])("leaves an error of the application's handler to Koa, %s", async (_when, answerOptions) => {
    const broken = Object.assign(new Error('the handler broke'), { code: 'ERR_TOKEN_EXPIRED' })
    const { app, errors } = setUp(
      jwtGuard(guard, answerOptions),
      requireRoles('clerk'),
      async () => {
        throw broken
      },
    )
    const token = bearer({ roles: ['clerk'] })
    // The first time there is something to wait for, the second time there is not.
    for (let time = 0; time < 2; time++) {
      const response = await request(app)
        .get('/')
        .set('Authorization', token)
        .expect(500, 'Internal Server Error')
      expect(response.headers).not.toHaveProperty('www-authenticate')
    }
    expect(errors).toHaveLength(2)
    for (const error of errors) expect(error).toBe(broken)
  })

  it('calls what comes after it once, and waits for it', async () => {
    const steps: string[] = []
    const step =
      (name: string, turns: number): Middleware =>
      async (_ctx, next) => {
        steps.push(`${name} begins`)
        await next()
        // Work that takes the longer the further in it is: whoever does not wait for it, overtakes it.
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
        steps.push(`${name} ends`)
      }
    const { app, seen } = setUp(
      step('outer', 0),
      jwtGuard(guard),
      step('middle', 5),
      requireRoles('clerk'),
      step('inner', 10),
    )
    const token = bearer({ roles: ['clerk'] })
    for (let time = 1; time <= 2; time++) {
      steps.length = 0
      await request(app).get('/').set('Authorization', token).expect(200, { reached: true })
      expect(steps).toEqual([
        'outer begins',
        'middle begins',
        'inner begins',
        'inner ends',
        'middle ends',
        'outer ends',
      ])
      expect(seen.reached).toBe(time)
    }
  })

  it('guards a router as it guards an app, and nothing beside it', async () => {
    const orders = new Router({ prefix: '/api' })
    orders.use(jwtGuard(guard))
    let reached = 0
    orders.get('/orders', requireRoles('clerk'), (ctx) => {
      reached++
      ctx.body = { of: ctx.state.auth.subject }
    })
    const { app } = setUp(orders.routes())

    await request(app).get('/api/orders').expect(401).expect('WWW-Authenticate', NO_TOKEN)
    await request(app)
      .get('/api/orders')
      .set('Authorization', bearer({ roles: ['clerks'] }))
      .expect(403)
    expect(reached).toBe(0)
    await request(app)
      .get('/api/orders')
      .set('Authorization', bearer({ roles: ['clerk'] }))
      .expect(200, { of: 'alice' })
    expect(reached).toBe(1)
    await request(app).get('/health').expect(200, { reached: true })
  })

  it('guards a router inside a router', async () => {
    const admin = new Router()
    admin.use(jwtGuard(guard), requireRoles('admin'))
    let reached = 0
    admin.get('/users', (ctx) => {
      reached++
      ctx.body = guard.authOf(ctx).roles
    })
    const api = new Router()
    api.use('/admin', admin.routes())
    const { app } = setUp(api.routes())

    await request(app).get('/admin/users').expect(401).expect('WWW-Authenticate', NO_TOKEN)
    await request(app).get('/admin/users').set('Authorization', bearer()).expect(403)
    expect(reached).toBe(0)
    await request(app)
      .get('/admin/users')
      .set('Authorization', bearer({ roles: ['admin'] }))
      .expect(200, ['admin'])
  })

  it('guards over HTTP/2 as over HTTP/1.1, writes with a cookie included', async () => {
    const { app, seen } = setUp(
      jwtGuard({ ...authority.guardOptions(), tokenFrom: ['header', { cookie: 'at' }] }),
    )
    const server = createHttp2Server((req, res) => void app(req as never, res as never))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = connect(origin)
    const ask = async (headers: OutgoingHttpHeaders) => {
      const stream = client.request(headers)
      const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders]
      stream.resume()
      await once(stream, 'close')
      return [answer[':status'], answer['www-authenticate']]
    }
    const write = { ':method': 'POST', cookie: `at=${authority.token()}`, 'x-gatewarden': '1' }
    try {
      expect(await ask({})).toEqual([401, NO_TOKEN])
      expect(await ask({ ...write, origin: 'https://evil.test' })).toEqual([403, undefined])
      expect(seen.reached).toBe(0)
      expect(await ask({ authorization: bearer() })).toEqual([200, undefined])
      expect(await ask({ ...write, origin })).toEqual([200, undefined])
      expect(seen.reached).toBe(2)
    } finally {
      client.close()
      server.close()
    }
  })

  describe('what the guard reads', () => {
    it('a form token, from where a body parser before it put the body', async () => {
      const { app, seen } = setUp(
        bodyParser({ enableTypes: ['form'] }),
        jwtGuard({ ...authority.guardOptions(), tokenFrom: 'form' }),
      )
      await request(app)
        .post('/')
        .type('form')
        .send({ access_token: authority.token() })
        .expect(200, { reached: true })
        .expect('Cache-Control', 'private')
      expect(seen.reached).toBe(1)
      await request(app)
        .post('/')
        .type('form')
        .send({ access_token: '' })
        .expect(400)
        .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_request"/)
      expect(seen.reached).toBe(1)
    })

    it('a token function gets the request: method, URL, headers as received and the body', async () => {
      const requests: GuardRequest[] = []
      const tokenFrom = (given: GuardRequest) => {
        requests.push(given)
        return given.headers['x-token'] as string | undefined
      }
      const { app } = setUp(
        bodyParser({ enableTypes: ['json'] }),
        jwtGuard({ ...authority.guardOptions(), tokenFrom }),
      )
      const token = authority.token()
      await request(app)
        .post('/orders?page=2')
        .set('X-Token', token)
        .send({ article: 7 })
        .expect(200)
      expect(requests).toEqual([
        {
          method: 'POST',
          url: '/orders?page=2',
          headers: expect.objectContaining({ 'x-token': token }),
          rawHeaders: expect.arrayContaining(['X-Token', token]),
          body: { article: 7 },
        },
      ])
    })
  })

  describe('policies', () => {
    it('deny every request that no guard has seen, and say so once, loudly', async () => {
      const warnings: unknown[][] = []
      process.emitWarning = (...warning: unknown[]) => void warnings.push(warning)
      const { app, errors, seen } = setUp(requireRoles('admin'), jwtGuard(guard))
      for (let time = 0; time < 2; time++) {
        const { body, headers } = await request(app)
          .get('/')
          .set('Authorization', bearer({ roles: ['admin'] }))
          .expect(500)
          .expect('Content-Type', 'application/problem+json')
          .expect('Cache-Control', 'no-store')
        expect(body).toEqual({
          title: 'Internal Server Error',
          status: 500,
          detail: 'The server is not set up to answer this request.',
        })
        expect(headers).not.toHaveProperty('www-authenticate')
      }
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([])
      expect(warnings).toEqual([
        [
          'requireRoles(admin) stands on a route that no guard covers: mount jwtGuard(…) before it',
          { type: 'GatewardenWarning', code: 'ERR_GUARD_MISSING' },
        ],
      ])
    })

    it('deny where a router passes over its own guard, as it does when it is exclusive', async () => {
      process.emitWarning = () => undefined
      const router = new Router({ exclusive: true })
      router.use(jwtGuard(guard))
      router.get('/', requireScopes('read'), (_ctx, next) => next())
      const { app, seen } = setUp(router.routes())
      const { body } = await request(app)
        .get('/')
        .set('Authorization', bearer({ scope: 'read' }))
        .expect(500)
      expect(body).toMatchObject({ detail: 'The server is not set up to answer this request.' })
      expect(seen.reached).toBe(0)
    })

    it('answer as the last guard before them does', async () => {
      const forwarding = jwtGuard(guard, { forwardErrors: true })
      const answering = jwtGuard(guard)
      const router = new Router()
      router.get('/forwards', requireScopes('read'))
      router.get('/answers', answering, requireScopes('read'))
      router.get('/forwards-again', answering, forwarding, requireScopes('read'))
      const { app, errors } = setUp(forwarding, router.routes())
      const ask = (path: string) => request(app).get(path).set('Authorization', bearer())

      await ask('/forwards').expect(403, 'Forbidden').expect('WWW-Authenticate', LACKS_READ)
      expect(errors).toEqual([expect.objectContaining({ code: 'ERR_SCOPE_INSUFFICIENT' })])
      await ask('/answers')
        .expect(403)
        .expect('WWW-Authenticate', LACKS_READ)
        .expect('Content-Type', 'application/problem+json')
      expect(errors).toHaveLength(1)
      await ask('/forwards-again').expect(403, 'Forbidden').expect('WWW-Authenticate', LACKS_READ)
      expect(errors).toHaveLength(2)
    })

    it('do not go by what an earlier guard found when a later one refused', async () => {
      process.emitWarning = () => undefined
      const other = { ...authority.guardOptions(), audience: 'https://other.test' }
      const strict = jwtGuard(other, { forwardErrors: true })
      const found: unknown[] = []
      const { app, errors, seen } = setUp(
        jwtGuard(guard),
        async (ctx, next) => {
          found.push(ctx.state.auth.subject)
          try {
            await strict(ctx, next)
          } catch (error) {
            found.push((error as { code?: string }).code, ctx.state.auth)
            // An application that goes on all the same.
            await next()
          }
        },
        requireScopes('read'),
      )
      await request(app)
        .get('/')
        .set('Authorization', bearer({ scope: 'read' }))
        .expect(500, 'Internal Server Error')
      expect(found).toEqual(['alice', 'ERR_AUDIENCE_MISMATCH', undefined])
      expect(errors).toEqual([expect.objectContaining({ code: 'ERR_GUARD_MISSING' })])
      expect(seen.reached).toBe(0)
    })

    it('combine: what requireScopes returns is middleware and a policy, and predicates get ctx', async () => {
      const isOwner = requirePredicate(
        'owner',
        ({ subject }, { params }: RouterContext) => subject === params.user,
      )
      const mayRead = allOf(
        requireScopes('read'),
        anyOf(isOwner, requireRoles('admin')),
        not(requireRoles('banned')),
      )
      const router = new Router()
      router.get('/users/:user', mayRead, (_ctx, next) => next())
      const { app, seen } = setUp(jwtGuard(guard), router.routes())
      const ask = (claims: Record<string, unknown>) =>
        request(app).get('/users/alice').set('Authorization', bearer(claims))

      await ask({ scope: 'read' }).expect(200)
      await ask({ scope: 'read', sub: 'bob', roles: ['admin'] }).expect(200)
      expect(seen.reached).toBe(2)
      await ask({ scope: 'read', sub: 'bob' }).expect(403)
      await ask({ scope: 'read', roles: ['banned'] }).expect(403)
      await ask({ roles: ['admin'] })
        .expect(403)
        .expect('WWW-Authenticate', LACKS_READ)
      expect(seen.reached).toBe(2)
    })

    it.each([
      [
        'throw',
        () => {
          throw new Error('broken')
        },
      ],
      ['answer with a promise', async () => undefined],
    ])('of the application that %s deny', async (_what, judge) => {
      const { app, errors, seen } = setUp(
        jwtGuard(guard),
        authorize({ requirement: 'mine', judge: judge as never }),
      )
      const { body } = await request(app)
        .get('/')
        .set('Authorization', bearer())
        .expect(403)
        .expect('Content-Type', 'application/problem+json')
      expect(body).toEqual({
        title: 'Forbidden',
        status: 403,
        detail: 'The access token does not allow this request.',
        error: 'insufficient_scope',
      })
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([])
    })
  })

  it('says so when jwtGuard is mounted without being called', async () => {
    const { app, errors, seen } = setUp(jwtGuard as never)
    await request(app).get('/').set('Authorization', bearer()).expect(500, 'Internal Server Error')
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'ERR_CONFIG',
        message: expect.stringContaining('without being called: app.use(jwtGuard({ … }))'),
      }),
    ])
    expect(seen.reached).toBe(0)
  })

  it('says nothing more when the application answered while the guard waited for keys', async () => {
    const provider = await createIssuerServer()
    let release = (): void => undefined
    provider.respond('/jwks', {
      after: new Promise<void>((resolve) => (release = resolve)),
      status: 500,
    })
    const { issuer, audience } = provider.authority
    let guarded: Promise<unknown> | undefined
    const answer = new PassThrough()
    const { app, errors, seen } = setUp((ctx, next) => {
      // A time-out of the application, which does not wait any longer for what comes after it.
      guarded = next()
      ctx.status = 504
      ctx.body = answer
    }, jwtGuard({ issuer, audience }))
    const server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      answer.write('too ')
      const asked = get({
        port: (server.address() as AddressInfo).port,
        host: '127.0.0.1',
        headers: { authorization: `Bearer ${provider.authority.token()}` },
      })
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      // The refusal comes now, in the middle of that answer.
      release()
      await guarded
      answer.end('slow')
      expect(await text(response)).toBe('too slow')
      expect(response.statusCode).toBe(504)
      expect(response.headers).not.toHaveProperty('retry-after')
      expect(seen.reached).toBe(0)
      expect(errors).toEqual([])
    } finally {
      server.close()
      server.closeAllConnections()
      await provider.close()
    }
  })
})

describe('configuration mistakes stop the start-up', () => {
  it.each([
    [() => jwtGuard(undefined as never), /options: expected a plain object, got undefined/],
    [() => jwtGuard({ issuer: '', audience: 'x' }), /issuer: .* got an empty string/],
    [
      () => jwtGuard(guard, { forwardErors: true } as never),
      /forwardErors: the second argument takes forwardErrors only/,
    ],
    [() => jwtGuard(guard, null as never), /expected \{ forwardErrors \}/],
    [() => authorize({} as never), /authorize: expected a policy/],
    [
      () => jwtGuard(guard, { forwardErrors: 'yes' } as never),
      /forwardErrors: expected true or false/,
    ],
    [
      () => jwtGuard({ ...authority.guardOptions(), credentialsRequired: false } as never),
      /optional: true/,
    ],
    [
      () => jwtGuard({ ...authority.guardOptions(), forwardErrors: true } as never),
      /second argument/,
    ],
    [() => requireScopes(), /requireScopes: expected at least one name/],
  ])('%#', (mistake, message) => {
    expect(mistake).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', message: expect.stringMatching(message) }),
    )
  })
})
