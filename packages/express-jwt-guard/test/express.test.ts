import '../src/augment.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@gatewarden/core'
import { createAuthority, createIssuerServer } from '@gatewarden/testing'
import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express-4'
import request from 'supertest'
import {
  allOf,
  anyOf,
  authorize,
  isGuardError,
  jwtGuard,
  not,
  requirePredicate,
  requireRoles,
  requireScopes,
} from '../src/index.ts'

// What is particular to Express. What every adapter must answer is in guard-suite.test.ts.

const authority = createAuthority()
const guard = createGuard(authority.guardOptions())
const { error: consoleError } = console
afterAll(() => {
  console.error = consoleError
})

const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_name, express) => {
  describe('forwardErrors', () => {
    function appThatAnswersItself() {
      const app = express()
      app.use(jwtGuard(guard, { forwardErrors: true }))
      app.get('/', requireScopes('read'), (_req, res) => {
        res.json({ reached: true })
      })
      app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
        if (!isGuardError(error)) return next(error)
        res.status(error.status).set(error.headers).json({ mine: error.code, expose: error.expose })
      })
      return app
    }

    it('hands a refusal of the guard to the error handler, with status and headers', async () => {
      await request(appThatAnswersItself())
        .get('/')
        .expect(401, { mine: 'ERR_TOKEN_MISSING', expose: false })
        .expect('WWW-Authenticate', 'Bearer realm="api"')
    })

    it('hands a refusal of a policy to it, too', async () => {
      await request(appThatAnswersItself())
        .get('/')
        .set('Authorization', bearer({ scope: 'write' }))
        .expect(403, { mine: 'ERR_SCOPE_INSUFFICIENT', expose: false })
        .expect('WWW-Authenticate', /scope="read"/)
    })

    it("attack 123: Express's own error handler, outside production too, shows what the client may know", async () => {
      const app = express()
      // Express logs the error some turns after its answer.
      console.error = () => undefined
      app.set('env', 'development')
      app.use(jwtGuard(guard, { forwardErrors: true }))
      const token = authority.token({ iss: 'https://evil.test' })
      const response = await request(app)
        .get('/')
        .set('Authorization', `Bearer ${token}`)
        .expect(401)
      expect(response.headers['www-authenticate']).toMatch(/error="invalid_token"/)
      expect(response.text).toContain('GuardError: The access token is not valid.')
      expect(response.text).not.toMatch(/node_modules|\bat .+:\d+|\.[jt]s|issuer\.test|evil|ERR_/)
      expect(response.text).not.toContain(token)
    })
  })

  it("leaves an error of the application's handler to the application", async () => {
    const app = express()
    app.use(jwtGuard(guard))
    app.get('/', () => {
      throw new Error('the handler broke')
    })
    let seen: unknown
    app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      seen = error
      res.status(500).end()
    })
    await request(app).get('/').set('Authorization', bearer()).expect(500)
    expect(seen).toEqual(new Error('the handler broke'))
  })

  it('sets req.auth, and guard.authOf(req) finds the same', async () => {
    const app = express()
    app.use(jwtGuard(guard))
    app.get('/', (req, res) => {
      res.json({ subject: req.auth.subject, same: guard.authOf(req) === req.auth })
    })
    await request(app)
      .get('/')
      .set('Authorization', bearer())
      .expect(200, { subject: 'alice', same: true })
  })

  it('guards a router as it guards an app', async () => {
    const router = express.Router()
    router.use(jwtGuard(guard))
    router.get('/orders', requireRoles('clerk'), (_req, res) => {
      res.json({ reached: true })
    })
    const app = express().use('/api', router)
    await request(app).get('/api/orders').expect(401)
    await request(app)
      .get('/api/orders')
      .set('Authorization', bearer({ roles: ['clerk'] }))
      .expect(200)
  })

  it('a policy without a guard before it denies every request, and says so once, loudly', async () => {
    const warnings: unknown[][] = []
    const { emitWarning } = process
    process.emitWarning = (...warning: unknown[]) => void warnings.push(warning)
    try {
      const app = express()
      let reached = false
      app.get('/', requireRoles('admin'), () => (reached = true))
      app.use(jwtGuard(guard))
      for (let time = 0; time < 2; time++) {
        const { body } = await request(app)
          .get('/')
          .set('Authorization', bearer({ roles: ['admin'] }))
          .expect(500)
        expect(body).toEqual({
          title: 'Internal Server Error',
          status: 500,
          detail: 'The server is not set up to answer this request.',
        })
      }
      expect(reached).toBe(false)
      expect(warnings).toEqual([
        [
          'requireRoles(admin) stands on a route that no guard covers: mount jwtGuard(…) before it',
          { type: 'GatewardenWarning', code: 'ERR_GUARD_MISSING' },
        ],
      ])
    } finally {
      process.emitWarning = emitWarning
    }
  })

  it('policies answer as the last guard before them does', async () => {
    const app = express()
    app.use(jwtGuard(guard, { forwardErrors: true }))
    app.use('/own', jwtGuard(guard))
    app.get(['/', '/own'], requireScopes('read'))
    app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      res.status(418).end()
    })
    await request(app).get('/').set('Authorization', bearer()).expect(418)
    await request(app).get('/own').set('Authorization', bearer()).expect(403)
  })

  it('a refusal takes back what an earlier guard found', async () => {
    const app = express()
    app.use(jwtGuard(guard))
    app.use(
      jwtGuard(
        { ...authority.guardOptions(), audience: 'https://other.test' },
        { forwardErrors: true },
      ),
    )
    let reached = false
    const seen: unknown[] = []
    app.use((error: unknown, req: Request, _res: Response, next: NextFunction) => {
      seen.push(isGuardError(error), req.auth)
      // An error handler that goes on all the same.
      next()
    })
    app.get('/', requireScopes('read'), () => (reached = true))
    const token = bearer({ scope: 'read' })
    await request(app).get('/').set('Authorization', token).expect(500)
    expect(seen).toEqual([true, undefined])
    expect(reached).toBe(false)
  })

  it('policies combine: what requireScopes returns is middleware and a policy', async () => {
    const isOwner = requirePredicate(
      'owner',
      ({ subject }, { params }: Request) => subject === params.user,
    )
    const app = express()
    app.use(jwtGuard(guard))
    const mayRead = allOf(
      requireScopes('read'),
      anyOf(isOwner, requireRoles('admin')),
      not(requireRoles('banned')),
    )
    app.get('/users/:user', mayRead, (_req, res) => {
      res.json({ reached: true })
    })
    const ask = (claims: Record<string, unknown>) =>
      request(app).get('/users/alice').set('Authorization', bearer(claims))
    await ask({ scope: 'read' }).expect(200)
    await ask({ scope: 'read', sub: 'bob', roles: ['admin'] }).expect(200)
    await ask({ scope: 'read', sub: 'bob' }).expect(403)
    await ask({ scope: 'read', roles: ['banned'] }).expect(403)
    await ask({ roles: ['admin'] })
      .expect(403)
      .expect('WWW-Authenticate', /scope="read"/)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['answers with a promise', async () => undefined],
  ])("denies when a policy of the application's own %s", async (_what, judge) => {
    const app = express()
    app.use(jwtGuard(guard))
    let reached = false
    app.get('/', authorize({ requirement: 'mine', judge: judge as never }), () => (reached = true))
    const { body } = await request(app).get('/').set('Authorization', bearer()).expect(403)
    expect(body).toMatchObject({ error: 'insufficient_scope' })
    expect(reached).toBe(false)
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

it('jwtGuard mounted without being called says so', async () => {
  const app = express5()
  let seen: unknown
  app.use(jwtGuard as never)
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    seen = error
    res.status(500).end()
  })
  await request(app).get('/').expect(500)
  expect(seen).toMatchObject({
    code: 'ERR_CONFIG',
    message: expect.stringContaining('without being called'),
  })
})

it('says nothing more when the application answered while the guard waited for keys', async () => {
  const provider = await createIssuerServer()
  let release = (): void => undefined
  provider.respond('/jwks', {
    after: new Promise<void>((resolve) => (release = resolve)),
    status: 500,
  })
  const { issuer, audience } = provider.authority
  const handler = jwtGuard({ issuer, audience })
  let reached = false
  const server = createServer((req, res) => {
    handler(req, res, () => (reached = true))
    res.statusCode = 504
    res.end('too slow')
    release()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${provider.authority.token()}` },
    })
    expect(response.status).toBe(504)
    // The refusal arrives after the answer; an unhandled rejection would end this process.
    await guardHasSettled(provider.requests)
    expect(reached).toBe(false)
  } finally {
    server.close()
    server.closeAllConnections()
    await provider.close()
  }
})

async function guardHasSettled(requests: string[]): Promise<void> {
  while (!requests.includes('/jwks')) await new Promise(setImmediate)
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}
