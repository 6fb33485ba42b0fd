import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type Type,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { ExternalContextCreator } from '@nestjs/core'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import {
  Args,
  Context,
  Field,
  GqlExecutionContext,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql'
import { unwrapResolverError } from '@apollo/server/errors'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { GraphQLError } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import request from 'supertest'
import { WebSocket } from 'ws'
import {
  type Auth,
  Authorize,
  Claim,
  ConfigError,
  CurrentAuth,
  type Guard,
  InjectGuard,
  isGuardError,
  JwtGuard,
  JwtGuardModule,
  type JwtGuardModuleOptions,
  OptionalAuth,
  Public,
  requirePredicate,
  Roles,
  Scopes,
} from '../src/index.ts'
import {
  createGate,
  createPrintingLogger,
  listen,
  STACK_LINE,
  startWithoutKeys,
} from './start-contexts.ts'
import { platforms, start } from './start.ts'

const clock = createTestClock()
const authority = createAuthority({ clock })
const trusting = authority.guardOptions()
const { token } = authority
const bearer = (claims?: Record<string, unknown>) => `Bearer ${token(claims)}`

/** The handlers that ran. */
const reached: string[] = []
/** What one test starts, and the next must not meet. */
const open: { close(): unknown }[] = []
afterEach(async () => {
  reached.length = 0
  for (const each of open.splice(0).reverse()) await each.close()
})

const NO_TOKEN = {
  message: 'An access token is required.',
  extensions: { code: 'UNAUTHENTICATED', status: 401 },
}
const EXPIRED = {
  message: 'The access token expired.',
  extensions: { code: 'UNAUTHENTICATED', status: 401, error: 'invalid_token' },
}
const REPEATED = {
  message: 'The request carries more than one access token.',
  extensions: { code: 'BAD_REQUEST', status: 400, error: 'invalid_request' },
}
const MALFORMED = {
  ...REPEATED,
  message: 'The request does not carry its access token in a form that can be read.',
}
const NO_ROLE = {
  message: 'The access token lacks a required role.',
  extensions: { code: 'FORBIDDEN', status: 403, error: 'insufficient_scope' },
}
const NO_SCOPE = {
  message: 'The access token lacks a required scope.',
  extensions: { ...NO_ROLE.extensions, scope: 'orders:read orders:write' },
}
const DENIED = { ...NO_ROLE, message: 'The access token does not allow this request.' }
const CSRF = {
  message: 'A request authenticated by a cookie must prove that it comes from an allowed origin.',
  extensions: { code: 'FORBIDDEN', status: 403 },
}
const KEYS_DOWN = {
  message: 'The keys that verify access tokens cannot be reached.',
  extensions: { code: 'SERVICE_UNAVAILABLE', status: 503 },
}
const NOT_SET_UP = {
  message: 'The server is not set up to answer this request.',
  extensions: { code: 'INTERNAL_SERVER_ERROR', status: 500 },
}

const isOwn = requirePredicate('own orders', ({ subject }, context: ExecutionContext) => {
  return GqlExecutionContext.create(context).getArgs<{ owner: string }>().owner === subject
})

const text = () => String
const nullable = { nullable: true }
const mayGoOn = createGate()

@Resolver()
class Orders {
  readonly #guard: Guard

  constructor(@InjectGuard() guard: Guard) {
    this.#guard = guard
  }

  @Query(text, nullable)
  whoami(
    @CurrentAuth() { subject }: Auth,
    @Claim('iss') iss: string,
    @Context() { req }: { req: { user?: Auth } },
  ) {
    reached.push('whoami')
    return [subject, iss, this.#guard.authOf(req).subject, req.user?.subject].join()
  }

  @Mutation(text, nullable)
  @Roles('clerk')
  place() {
    reached.push('place')
    return 'placed'
  }

  @Query(text, nullable)
  @Scopes('orders:read', 'orders:write')
  copy() {
    reached.push('copy')
    return 'copied'
  }

  @Query(text, nullable)
  @Authorize(isOwn)
  of(@Args('owner', { type: text }) owner: string) {
    reached.push('of')
    return owner
  }

  @Query(text, nullable)
  @Public()
  version() {
    reached.push('version')
    return 'v1'
  }

  @Query(text, nullable)
  @Public()
  whose(@CurrentAuth() _auth: Auth) {
    reached.push('whose')
  }

  @Query(text, nullable)
  @OptionalAuth()
  greet(@CurrentAuth() auth: Auth | undefined) {
    reached.push('greet')
    return auth?.subject ?? 'nobody'
  }

  @Subscription(text)
  async *placed(@CurrentAuth() { subject }: Auth) {
    reached.push('placed')
    yield { placed: subject }
    await mayGoOn.opened
    yield { placed: 'and more' }
  }
}

interface Setup {
  readonly guard?: JwtGuardModuleOptions & { globalGuard?: boolean }
  readonly graphql?: Omit<ApolloDriverConfig, 'driver'>
  readonly resolvers?: Type<unknown>[]
  readonly before?: (app: INestApplication) => unknown
  readonly createAdapter?: (typeof platforms)[number][1]
}

async function startGraphql(setup: Setup = {}) {
  const { guard = trusting, graphql, resolvers = [Orders], before, createAdapter } = setup
  const imports = [
    JwtGuardModule.forRoot({ globalGuard: true, ...guard }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
      ...graphql,
    }),
  ]
  const app = await start({ imports, providers: resolvers }, createAdapter, before)
  open.push(app)
  return app
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly object[]
}

/** Sends an operation by POST. */
async function ask(
  app: INestApplication,
  query: string,
  headers: Record<string, string | string[]> = {},
): Promise<Answer> {
  const posting = request(app.getHttpServer() as never).post('/graphql')
  for (const [name, value] of Object.entries(headers)) void posting.set(name, value as string)
  return (await posting.send({ query })).body as Answer
}

const refusedAt = (path: string, refusal: object) => ({
  data: { [path]: null },
  errors: [{ ...refusal, path: [path], locations: expect.any(Array) }],
})

describe.each(platforms)('GraphQL on %s', (_name, createAdapter) => {
  it('passes with a token, and knows whose it is', async () => {
    const app = await startGraphql({ createAdapter })
    const authorization = bearer({ roles: ['clerk'] })
    const { issuer } = authority
    expect(await ask(app, '{ whoami }', { authorization })).toEqual({
      data: { whoami: `alice,${issuer},alice,alice` },
    })
    expect(await ask(app, 'mutation { place }', { authorization })).toEqual({
      data: { place: 'placed' },
    })
  })

  it.each<[string, Record<string, string | string[]>, object]>([
    ['no token', {}, NO_TOKEN],
    ['a token that expired', { authorization: bearer({ exp: clock() - 31 }) }, EXPIRED],
    ['two Authorization fields', { authorization: [bearer(), bearer()] }, REPEATED],
    ['two tokens in one', { authorization: `${bearer()}, ${token()}` }, MALFORMED],
    ['a token of too few rights', { authorization: bearer() }, NO_ROLE],
  ])('refuses %s', async (_what, headers, refusal) => {
    const app = await startGraphql({ createAdapter })
    expect(await ask(app, 'mutation { place }', headers)).toEqual(refusedAt('place', refusal))
    expect(reached).toEqual([])
  })

  it('keys that cannot be had are an outage, and no reason to let an operation pass', async () => {
    const { guard, token, close } = await startWithoutKeys(clock)
    open.push({ close })
    const app = await startGraphql({ createAdapter, guard })
    const headers = { authorization: `Bearer ${token()}` }
    for (const field of ['whoami', 'greet'])
      expect(await ask(app, `{ ${field} }`, headers)).toEqual(refusedAt(field, KEYS_DOWN))
    expect(reached).toEqual([])
  })

  it('judges every field: of one operation, some may be answered', async () => {
    const app = await startGraphql({ createAdapter })
    const headers = { authorization: bearer({ scope: 'orders:read' }) }
    const query = '{ greet copy own: of(owner: "alice") foreign: of(owner: "bob") version }'
    expect(await ask(app, query, headers)).toEqual({
      data: { greet: 'alice', copy: null, own: 'alice', foreign: null, version: 'v1' },
      errors: [...refusedAt('copy', NO_SCOPE).errors, ...refusedAt('foreign', DENIED).errors],
    })
    expect(reached).toEqual(['version', 'greet', 'of'])
  })

  it('@Public() looks at no token, and knows nobody, not even who is beside it', async () => {
    const app = await startGraphql({ createAdapter })
    expect(await ask(app, '{ version }', { authorization: 'Bearer bad' })).toEqual({
      data: { version: 'v1' },
    })
    const { data, errors } = await ask(app, '{ whoami whose }', { authorization: bearer() })
    expect(data).toMatchObject({ whoami: expect.any(String), whose: null })
    expect(errors).toMatchObject([{ path: ['whose'] }])
    expect(reached).toEqual(['version', 'whoami'])
  })

  it('@OptionalAuth() lets nobody pass, but no bad token', async () => {
    const app = await startGraphql({ createAdapter })
    expect(await ask(app, '{ greet }')).toEqual({ data: { greet: 'nobody' } })
    expect(reached).toEqual(['greet'])
    const authorization = bearer({ exp: clock() - 31 })
    expect(await ask(app, '{ greet }', { authorization })).toEqual(refusedAt('greet', EXPIRED))
    expect(reached).toEqual(['greet'])
  })

  it("refuses with Nest's own exception, and tells the client no more than it may know, the log nothing", async () => {
    const { logger, lines } = createPrintingLogger()
    const seen: unknown[] = []
    const app = await startGraphql({
      createAdapter,
      before: (app) => app.useLogger(logger),
      graphql: {
        includeStacktraceInErrorResponses: true,
        formatError: (formatted, error) => {
          seen.push(unwrapResolverError(error))
          return formatted
        },
      },
    })
    const expired = token({ exp: clock() - 31 })
    const answer = await ask(app, '{ whoami }', { authorization: `Bearer ${expired}` })
    const stacktrace = ['GuardError: The access token expired.']
    expect(answer).toEqual(
      refusedAt('whoami', { ...EXPIRED, extensions: { ...EXPIRED.extensions, stacktrace } }),
    )

    const [error] = seen
    expect(error).toBeInstanceOf(UnauthorizedException)
    const { cause } = error as UnauthorizedException
    expect(isGuardError(cause) && cause.code).toBe('ERR_TOKEN_EXPIRED')

    // Whoever sends requests without a good token cannot fill the error log.
    expect(lines).toEqual([])
    expect(JSON.stringify(answer)).not.toMatch(STACK_LINE)
    expect(JSON.stringify(answer)).not.toContain(expired)
  })

  it('a filter may answer instead', async () => {
    let caught: unknown

    @Catch(UnauthorizedException)
    class Filter implements ExceptionFilter {
      catch(exception: UnauthorizedException, _host: ArgumentsHost) {
        caught = isGuardError(exception.cause) && exception.cause.code
        return new GraphQLError('mine')
      }
    }
    const before = (app: INestApplication) => app.useGlobalFilters(new Filter())
    const app = await startGraphql({ createAdapter, before })
    const { errors } = await ask(app, '{ whoami }')
    expect(errors).toMatchObject([{ message: 'mine' }])
    expect(caught).toBe('ERR_TOKEN_MISSING')
    expect(reached).toEqual([])
  })

  describe('with a cookie', () => {
    const guard = { ...trusting, tokenFrom: { cookie: 'at' } } as const

    it('asks for the proof that every write needs', async () => {
      const app = await startGraphql({ createAdapter, guard })
      const cookie = `at=${token({ roles: ['clerk'] })}`
      const foreign = { cookie, 'x-gatewarden': '1', origin: 'https://evil.example' }
      for (const headers of [{ cookie }, foreign]) {
        expect(await ask(app, 'mutation { place }', headers)).toEqual(refusedAt('place', CSRF))
      }
      expect(reached).toEqual([])
      const proven = { cookie, 'x-gatewarden': '1' }
      expect(await ask(app, 'mutation { place }', proven)).toEqual({ data: { place: 'placed' } })
    })

    it('tells caches that the answer is for one client only', async () => {
      const app = await startGraphql({
        createAdapter,
        guard,
        graphql: {
          plugins: [ApolloServerPluginCacheControlDisabled() as never],
          // Express gives an object, Fastify request and reply.
          context: (one: { req?: object; res?: object }, reply?: object) =>
            reply === undefined ? { req: one.req, res: one.res } : { req: one, res: reply },
        },
      })
      const asked = request(app.getHttpServer() as never)
        .get('/graphql?query={greet}')
        .set('apollo-require-preflight', '1')
        .set('cookie', `at=${token()}`)
      const { body, headers } = await asked
      expect(body).toEqual({ data: { greet: 'alice' } })
      expect(headers['cache-control']).toBe('private')
    })
  })

  it('reads a request as it came, though it asks for another protocol', async () => {
    const app = await startGraphql({ createAdapter })
    const { body } = await request(app.getHttpServer() as never)
      .get('/graphql?query={greet}')
      .set('apollo-require-preflight', '1')
      .set('Connection', 'upgrade')
      .set('Upgrade', 'other')
      .set('Authorization', [bearer(), bearer()] as never)
    expect(body).toEqual(refusedAt('greet', REPEATED))
    expect(reached).toEqual([])
  })
})

describe('fields', () => {
  @ObjectType()
  class Order {
    @Field(text)
    id!: string
  }

  @Resolver(() => Order)
  class OfMethod {
    @Query(() => Order)
    order() {
      reached.push('order')
      return { id: '7' }
    }

    @ResolveField(text, nullable)
    plain() {
      reached.push('plain')
      return 'plain'
    }

    @ResolveField(text, nullable)
    @Roles('auditor')
    cost() {
      reached.push('cost')
      return '3'
    }
  }

  @ObjectType()
  class Bill {
    @Field(text)
    id!: string
  }

  @Resolver(() => Bill)
  @Roles('clerk')
  class OfClass {
    @Query(() => Bill)
    bill() {
      reached.push('bill')
      return { id: '7' }
    }

    @ResolveField(text, nullable)
    sum() {
      reached.push('sum')
      return '3'
    }
  }

  @ObjectType()
  class Parcel {
    @Field(text)
    id!: string
  }

  @Resolver(() => Parcel)
  @UseGuards(JwtGuard)
  class OfGuard {
    @Query(() => Parcel)
    parcel() {
      return { id: '7' }
    }

    @ResolveField(text, nullable)
    @Roles('clerk')
    weight() {
      return '3'
    }
  }

  it.each([
    ['on a field', OfMethod, 'OfMethod.cost'],
    ['on a class with fields', OfClass, 'OfClass.sum'],
    ['on a field of a class with @UseGuards(JwtGuard)', OfGuard, 'OfGuard.weight'],
  ])(
    'a policy %s stops the boot where guards do not run for fields',
    async (_where, type, name) => {
      const starting = startGraphql({ resolvers: [type] })
      await expect(starting).rejects.toBeInstanceOf(ConfigError)
      await expect(starting).rejects.toThrow(
        `${name}: guards do not run for fields: set fieldResolverEnhancers: ['guards']`,
      )
    },
  )

  it('are guarded where guards run for them', async () => {
    const graphql = { fieldResolverEnhancers: ['guards' as const] }
    const app = await startGraphql({ resolvers: [OfMethod], graphql })
    const query = '{ order { id plain cost } }'
    const authorization = bearer({ roles: ['auditor'] })
    expect(await ask(app, query, { authorization })).toEqual({
      data: { order: { id: '7', plain: 'plain', cost: '3' } },
    })
    expect(reached.splice(0)).toEqual(['order', 'plain', 'cost'])

    expect(await ask(app, query, { authorization: bearer() })).toMatchObject({
      data: { order: { id: '7', plain: 'plain', cost: null } },
      errors: [{ ...NO_ROLE, path: ['order', 'cost'] }],
    })
    expect(reached).toEqual(['order', 'plain'])
  })

  it('are guarded by the policy of their class, too', async () => {
    const graphql = { fieldResolverEnhancers: ['guards' as const] }
    const app = await startGraphql({ resolvers: [OfClass], graphql })
    const authorization = bearer({ roles: ['clerk'] })
    expect(await ask(app, '{ bill { sum } }', { authorization })).toEqual({
      data: { bill: { sum: '3' } },
    })
    expect(reached.splice(0)).toEqual(['bill', 'sum'])
    const { errors } = await ask(app, '{ bill { sum } }', { authorization: bearer() })
    expect(errors).toMatchObject([{ ...NO_ROLE, path: ['bill'] }])
    expect(reached).toEqual([])
  })

  it('a federated reference is guarded, though its resolver gets no arguments', async () => {
    const app = await startGraphql()
    const resolver = app.get(Orders)
    const NOTHING_MORE = [undefined, undefined, undefined, undefined] as const
    // As GraphQLModule has it done, and Apollo calls it for references.
    const find = (...args: unknown[]) => (args[1] as { req: { user?: Auth } }).req.user?.subject
    const resolve = app
      .get(ExternalContextCreator)
      .create(resolver, find, 'find', ...NOTHING_MORE, undefined, 'graphql')
    const contextWith = (headers: object) => ({ req: { method: 'POST', headers } })
    const info = {}
    const authorization = bearer()
    expect(await resolve({}, contextWith({ authorization }), info)).toBe('alice')
    await expect(resolve({}, contextWith({}), info)).rejects.toMatchObject(NO_TOKEN)
  })
})

describe('subscriptions', () => {
  type Options = {
    readonly connectionParams?: Record<string, unknown>
    readonly headers?: Record<string, string | string[]>
  }

  async function startListening(setup: Setup = {}) {
    const graphql = { subscriptions: { 'graphql-ws': true }, ...setup.graphql }
    return listen(await startGraphql({ ...setup, graphql }))
  }

  function connect(address: string, { connectionParams = {}, headers = {} }: Options = {}) {
    class WithHeaders extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers })
      }
    }
    const client = createClient({
      url: `ws://${address}/graphql`,
      webSocketImpl: WithHeaders,
      connectionParams,
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
    })
    open.push({ close: () => client.dispose() })
    return client
  }

  /** The first answer, or the errors. */
  async function first(client: Client, query = 'subscription { placed }'): Promise<unknown> {
    const answers = client.iterate({ query })
    try {
      return (await answers.next()).value
    } catch (errors) {
      return { errors }
    } finally {
      await answers.return?.()
    }
  }

  const PLACED = { data: { placed: 'alice' } }
  const refused = (refusal: object) => ({
    errors: [{ ...refusal, path: ['placed'], locations: expect.any(Array) }],
  })

  it.each<[string, Options]>([
    ['connectionParams.authorization', { connectionParams: { authorization: token() } }],
    ['its own scheme', { connectionParams: { authorization: bearer() } }],
    ['connectionParams.Authorization', { connectionParams: { Authorization: bearer() } }],
    ['the Authorization field', { headers: { authorization: bearer() } }],
  ])('pass with a token in %s', async (_where, options) => {
    const client = connect(await startListening(), options)
    expect(await first(client)).toEqual(PLACED)
    expect(await first(client, '{ greet }')).toEqual({ data: { greet: 'alice' } })
  })

  it.each(platforms)('are guarded on %s', async (_name, createAdapter) => {
    const address = await startListening({ createAdapter })
    const connectionParams = { authorization: token() }
    expect(await first(connect(address, { connectionParams }))).toEqual(PLACED)
    expect(await first(connect(address))).toEqual(refused(NO_TOKEN))
    expect(reached).toEqual(['placed'])
  })

  it.each<[string, Options, object]>([
    ['without a token', {}, NO_TOKEN],
    ['with null for one', { connectionParams: { authorization: null } }, NO_TOKEN],
    ['with an empty one', { connectionParams: { authorization: '' } }, MALFORMED],
    ['with an object for one', { connectionParams: { authorization: {} } }, MALFORMED],
    [
      'with one that expired',
      { connectionParams: { authorization: token({ exp: clock() - 31 }) } },
      EXPIRED,
    ],
    [
      'with two parameters',
      { connectionParams: { authorization: token(), Authorization: token() } },
      REPEATED,
    ],
    [
      'with a parameter beside the Authorization field',
      { connectionParams: { authorization: token() }, headers: { authorization: bearer() } },
      REPEATED,
    ],
    [
      'with two Authorization fields',
      { headers: { authorization: [bearer(), bearer()] } },
      REPEATED,
    ],
  ])('are refused %s', async (_how, options, refusal) => {
    const client = connect(await startListening(), options)
    expect(await first(client)).toEqual(refused(refusal))
    expect(reached).toEqual([])
  })

  it('are judged each for itself, on one connection', async () => {
    const authorization = token({ exp: clock() + 1 })
    const client = connect(await startListening(), { connectionParams: { authorization } })
    expect(await first(client)).toEqual(PLACED)
    clock.advance(31)
    reached.length = 0
    expect(await first(client)).toEqual(refused(EXPIRED))
    expect(reached).toEqual([])
  })

  it('are judged when they begin, and NOT for what they hear: one goes on when its token expired', async () => {
    const authorization = token({ exp: clock() + 1 })
    const client = connect(await startListening(), { connectionParams: { authorization } })
    const answers = client.iterate({ query: 'subscription { placed }' })
    expect((await answers.next()).value).toEqual(PLACED)
    clock.advance(31)
    mayGoOn.open()
    expect((await answers.next()).value).toEqual({ data: { placed: 'and more' } })
    expect(await first(client)).toEqual(refused(EXPIRED))
  })

  describe.each<[string, Omit<ApolloDriverConfig, 'driver'>]>([
    ['the context of Nest', {}],
    [
      'a context made of the request that opened the connection',
      { context: ({ req, extra }: Upgraded) => ({ req: req ?? extra?.request }) },
    ],
    [
      'a context made of what graphql-ws knows',
      { context: ({ req, extra }: Upgraded) => (req === undefined ? { extra } : { req }) },
    ],
  ])('with a cookie, and %s', (_what, graphql) => {
    const guard = { ...trusting, tokenFrom: { cookie: 'at', origins: ['https://app.example'] } }
    const withCookie = (headers: object) => ({ headers: { cookie: `at=${token()}`, ...headers } })

    it('pass from the own origin and an allowed one', async () => {
      const address = await startListening({ guard, graphql })
      for (const origin of [`http://${address}`, 'https://app.example']) {
        expect(await first(connect(address, withCookie({ origin })))).toEqual(PLACED)
      }
    })

    it.each([
      ['a foreign origin', { origin: 'https://evil.example' }],
      ['a page that hides its origin', { origin: 'null' }],
      ['a client that says no origin', {}],
    ])('are refused from %s (cross-site WebSocket hijacking)', async (_where, headers) => {
      const client = connect(await startListening({ guard, graphql }), withCookie(headers))
      expect(await first(client)).toEqual(refused(CSRF))
      expect(await first(client, '{ greet }')).toMatchObject({ errors: [CSRF] })
      expect(reached).toEqual([])
    })
  })

  it('are denied where a context has nothing of the connection', async () => {
    const graphql = { context: ({ req }: Upgraded) => ({ req: req ?? {} }) }
    const options = { connectionParams: { authorization: token() } }
    const client = connect(await startListening({ graphql }), options)
    expect(await first(client)).toEqual(refused(NOT_SET_UP))
    expect(reached).toEqual([])
  })
})

/** What a context is made of: over HTTP, or over a WebSocket. */
interface Upgraded {
  readonly req?: object
  readonly extra?: { readonly request: object }
}
