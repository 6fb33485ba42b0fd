import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import {
  ConsoleLogger,
  Controller,
  type ExceptionFilter,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type ModuleMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { NestApplication } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql'
import { JwtService } from '@nestjs/jwt'
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices'
import { Test, type TestingModule } from '@nestjs/testing'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import {
  createGuard,
  type Guard,
  JwtGuard,
  JwtGuardModule,
  Public,
  Roles,
} from '@gatewarden/nest-jwt-module'
import {
  type Authority,
  createAuthority,
  createIssuerServer,
  createTestClock,
} from '@gatewarden/testing'
import { graphql } from 'graphql'
import { firstValueFrom } from 'rxjs'
import request from 'supertest'
import { docs, type Fence, fencesOf, page, tableRows } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/*
 * The snippets of the Nest guide run as they are printed: each is imported, and what it made is asked over HTTP. Only
 * names of hosts are replaced by those of a test issuer.
 */

const README = 'packages/nest-jwt-module/README.md'
const GUIDE = 'docs/nest.md'

const { listen } = NestApplication.prototype
const listening: INestApplication[] = []
const running: INestApplication[] = []
const provider = await createIssuerServer({ audience: 'https://api.example.com' })
const { authority } = provider
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`
let guard: Guard

// The test that the guide shows is registered like those below.
await run<unknown>(fence('## Testing'))

beforeAll(() => {
  NestApplication.prototype.listen = async function (this: NestApplication) {
    listening.push(await this.init())
  }
})

beforeEach(() => {
  guard = createGuard(authority.guardOptions())
})

afterEach(async () => {
  await Promise.all([...listening, ...running].map((app) => app.close()))
  listening.length = running.length = 0
})

afterAll(async () => {
  NestApplication.prototype.listen = listen
  await provider.close()
})

test('the example of the Nest package', async () => {
  await run<unknown>(fence('## Example', 'ts', README))
  const server = listening[0]!.getHttpServer() as Server
  await request(server)
    .get('/orders')
    .set('Authorization', bearer({ scope: 'orders:read' }))
    .expect(200, { for: 'alice', orders: [] })

  const [head = '', body] = fence('## Example', 'http', README).code.split('\n\n')
  const [statusLine, ...fields] = head.split('\n')
  const refused = await request(server).get('/orders').set('Authorization', bearer())
  expect(statusLine).toBe(`HTTP/1.1 ${refused.status} Forbidden`)
  for (const field of fields) {
    const [name = '', value] = field.split(/: (.*)/)
    expect([name, refused.headers[name.toLowerCase()]]).toEqual([name, value])
  }
  expect(refused.text).toBe(body)
})

describe('setting up', () => {
  test('forRoot', async () => {
    await run<unknown>(fence('## Setting up'))
    const server = listening[0]!.getHttpServer() as Server
    await request(server).get('/health').expect(200, { ok: true })
    await request(server).get('/orders').expect(401)
    await request(server).get('/orders').set('Authorization', bearer()).expect(403)
    await request(server)
      .get('/orders')
      .set('Authorization', bearer({ scope: 'orders:read' }))
      .expect(200, [])
    await request(server)
      .options('/orders')
      .set('Origin', 'https://app.example.com')
      .set('Access-Control-Request-Method', 'GET')
      .expect(204)
    await request(server).get('/nothing').expect(404)
  })

  test('forRootAsync', async () => {
    @Injectable()
    class ConfigService {
      getOrThrow(name: string) {
        return { ISSUER: authority.issuer, AUDIENCE: authority.audience }[name]
      }
    }
    @Module({ providers: [ConfigService], exports: [ConfigService] })
    class ConfigModule {}
    Object.assign(globalThis, { ConfigService })

    const { AppModule } = await run<{ AppModule: Type }>(fence('globalGuard` stands beside it'))
    const app = await start({
      imports: [{ module: ConfigModule, global: true }, AppModule],
      controllers: [Open],
    })
    await request(app).get('/open').expect(401)
    await request(app).get('/open').set('Authorization', bearer()).expect(200)
  })
})

test('only your own', async () => {
  const { OrdersController } = await run<{ OrdersController: Type }>(
    fence('second argument is Nest'),
  )
  const app = await start({ imports: guarded(), controllers: [OrdersController] })
  const ask = (claims: Record<string, unknown>) =>
    request(app).get('/users/alice/orders').set('Authorization', bearer(claims))
  await ask({}).expect(200, { of: 'alice' })
  await ask({ sub: 'bob', roles: ['support'] }).expect(200, { of: 'alice' })
  await ask({ sub: 'bob' }).expect(403)
  await ask({ client_id: 'alice' }).expect(403)
})

describe('what stops the start-up', () => {
  class Uncovered {
    @Roles('admin')
    @Get()
    get() {
      return 'open'
    }
  }
  Controller()(Uncovered)

  class Service {
    @Roles('admin')
    work() {
      return 'done by anybody'
    }
  }
  Injectable()(Service)

  class Contradiction {
    @Public()
    @Roles('admin')
    @Get()
    get() {
      return 'open'
    }
  }
  Controller()(Contradiction)

  class Replaced {
    @replacing
    @Roles('admin')
    @Get()
    get() {
      return 'open'
    }
  }
  Controller()(Replaced)

  function replacing(target: object, name: string, descriptor: PropertyDescriptor) {
    const method = descriptor.value as () => unknown
    descriptor.value = () => method()
    Get()(target, name, descriptor)
  }

  const messages = tableRows(section('## What stops the start-up')).map(([message = '']) =>
    message.slice(1, -1).replace(/ …$/, ''),
  )
  const faults: [fault: string, metadata: () => ModuleMetadata][] = [
    [
      'no JwtGuard covers it',
      () => ({ imports: [JwtGuardModule.forRoot({ guard })], controllers: [Uncovered] }),
    ],
    ['Nest calls it for no request', () => ({ imports: guarded(), providers: [Service] })],
    ['contradicts', () => ({ imports: guarded(), controllers: [Contradiction] })],
    ['it replaces a method', () => ({ imports: guarded(), controllers: [Replaced] })],
  ]

  test.each(faults)('%s', async (fault, metadata) => {
    const message = messages.find((each) => each.includes(fault))!
    await expect(start(metadata())).rejects.toThrow(message)
  })

  test('guards that do not run for fields', async () => {
    Object.assign(globalThis, { ApolloDriver: Driver })
    const snippet = fence('do nothing:')
    const code = snippet.code.replace("['guards']", '[]')
    // Another line, or the module would be the one of the guide.
    const { OrdersModule } = await run<{ OrdersModule: Type }>({ ...snippet, code, line: 0 })
    const message = messages.find((each) => each.includes('fieldResolverEnhancers'))!
    await expect(start({ imports: [...guarded(), OrdersModule] })).rejects.toThrow(message)
  })

  test('nothing, without the module: a policy answers 500, and the rest is open', async () => {
    const app = await start({ controllers: [Uncovered, Open] })
    await request(app).get('/').expect(500)
    await request(app).get('/open').expect(200)
  })
})

test('who calls', async () => {
  const { MeController } = await run<{ MeController: Type }>(fence('## Who calls'))
  const app = await start({ imports: guarded(), controllers: [MeController] })
  await request(app)
    .get('/me')
    .set('Authorization', bearer({ scope: 'a b' }))
    .expect(200, { subject: 'alice', scopes: ['a', 'b'] })
  await request(app)
    .get('/session')
    .set('Authorization', bearer({ sid: 's1' }))
    .expect(200, { session: 's1' })
  await request(app).get('/articles').expect(200, { greeting: 'Hello' })
  await request(app)
    .get('/articles')
    .set('Authorization', bearer())
    .expect(200, { greeting: 'Hello alice' })
  await request(app).get('/articles').set('Authorization', 'Bearer x').expect(401)
})

test('a user of your own', async () => {
  const { AppModule } = await run<{ AppModule: Type }>(fence('## A user of your own'))
  const app = await start({ imports: [AppModule] })
  const ask = (claims: Record<string, unknown>) =>
    request(app).get('/profile').set('Authorization', bearer(claims))
  await ask({}).expect(200, { name: 'Alice' })
  await ask({ sub: 'bob' }).expect(401)
  await ask({ client_id: 'alice' }).expect(401)
  await request(app).get('/profile').expect(401)
})

test('claims of your own', async () => {
  const { OrganisationController } = await run<{ OrganisationController: Type }>(
    fence('## TypeScript'),
  )
  const app = await start({ imports: guarded(), controllers: [OrganisationController] })
  await request(app)
    .get('/organisation')
    .set('Authorization', bearer({ org: 'acme' }))
    .expect(200, { org: 'acme' })
})

test('answering yourself', async () => {
  const { AnswerErrors } = await run<{ AnswerErrors: Type<ExceptionFilter> }>(
    fence('## Answering yourself'),
  )
  const app = await start({ imports: guarded(), controllers: [Open] }, (app) =>
    app.useGlobalFilters(new AnswerErrors()),
  )
  await request(app)
    .get('/open')
    .expect(401, { message: 'An access token is required.' })
    .expect('WWW-Authenticate', 'Bearer realm="api"')
    .expect('Cache-Control', 'no-store')
    .expect('Content-Type', 'application/json; charset=utf-8')
})

test('other guards', async () => {
  process.env.PROBE_KEY = randomBytes(16).toString('hex')
  const { ProbeOrJwtGuard } = await run<{ ProbeOrJwtGuard: Type<JwtGuard> }>(
    fence('## Other guards'),
  )
  @UseGuards(ProbeOrJwtGuard)
  @Controller()
  class Probed {
    @Roles('probe')
    @Get('status')
    status() {
      return 'up'
    }
  }
  const app = await start({ imports: [JwtGuardModule.forRoot({ guard })], controllers: [Probed] })
  const ask = (name: string, value: string) => request(app).get('/status').set(name, value)
  await ask('X-Probe-Key', process.env.PROBE_KEY).expect(200)
  await ask('X-Probe-Key', 'wrong').expect(403)
  await ask('Authorization', bearer()).expect(403)
  await ask('Authorization', bearer({ roles: ['probe'] })).expect(200)
  await request(app).get('/status').expect(401)
})

test('GraphQL', async () => {
  Object.assign(globalThis, { ApolloDriver: Driver })
  const { OrdersModule } = await run<{ OrdersModule: Type }>(fence('do nothing:'))
  const app = await start({ imports: [...guarded(), OrdersModule] })
  const ask = async (query: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    const { body } = await request(app).post('/graphql').set(headers).send({ query })
    return body as { readonly data?: unknown; readonly errors?: unknown }
  }
  const both = bearer({ scope: 'orders:read prices:read' })
  expect(await ask('{ orders { id price } }', both)).toEqual({
    data: { orders: [{ id: 'first of alice', price: 14 }] },
  })
  const one = bearer({ scope: 'orders:read' })
  expect(await ask('{ orders { id } }', one)).toEqual({
    data: { orders: [{ id: 'first of alice' }] },
  })
  expect((await ask('{ orders { id price } }', one)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', status: 403, scope: 'prices:read' } },
  ])
  expect((await ask('{ orders { id } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED', status: 401 } },
  ])
  expect((await ask('{ __schema { queryType { name } } }')).data).toBeDefined()
})

describe('WebSockets', () => {
  interface Gateway {
    server: object
    handleConnection(client: object, request?: object): Promise<void>
    announce(owner: string, order: object): Promise<void>
  }

  /** What a gateway sees of a socket of socket.io. */
  function createClient(token: string | undefined) {
    const calls: [name: string, ...args: unknown[]][] = []
    const record =
      (name: string) =>
      (...args: unknown[]) =>
        void calls.push([name, ...args])
    return {
      calls,
      handshake: { auth: { token } },
      request: { method: 'GET', url: '/', headers: {} },
      join: record('join'),
      emit: record('emit'),
      disconnect: record('disconnect'),
    }
  }

  test('rooms are for those who were asked, and asked again before a broadcast', async () => {
    const { OrdersGateway } = await run<{ OrdersGateway: Type<Gateway> }>(fence('## WebSockets'))
    const clock = createTestClock()
    const { token, guardOptions } = createAuthority({ clock })
    const gateway = new OrdersGateway(new JwtGuard(createGuard(guardOptions())))

    const nobody = createClient(undefined)
    await gateway.handleConnection(nobody)
    const message = 'An access token is required.'
    expect(nobody.calls).toEqual([
      ['emit', 'exception', { status: 'error', message, statusCode: 401 }],
      ['disconnect', true],
    ])

    const alice = createClient(token())
    await gateway.handleConnection(alice)
    expect(alice.calls).toEqual([['join', 'orders of alice']])

    const announced: unknown[] = []
    gateway.server = {
      adapter: { rooms: new Map([['orders of alice', ['1']]]) },
      sockets: new Map([['1', alice]]),
      to: (room: string) => ({
        emit: (event: string, order: object) => announced.push([room, event, order]),
      }),
    }
    await gateway.announce('alice', { id: 1 })
    expect(announced).toEqual([['orders of alice', 'order', { id: 1 }]])
    expect(alice.calls.length).toBe(1)

    clock.advance(330)
    await gateway.announce('alice', { id: 2 })
    expect(alice.calls.at(-1)).toEqual(['disconnect', true])
  })

  test('a socket of ws is judged by the request that is passed on', async () => {
    const { OrdersGateway } = await run<{ OrdersGateway: Type<Gateway> }>(
      fence('Otherwise no message gets through:'),
    )
    const gateway = new OrdersGateway(new JwtGuard(guard))
    const closed: unknown[] = []
    const connect = (headers: object) =>
      gateway.handleConnection({ close: (...why: unknown[]) => closed.push(why) }, { headers })
    await connect({ authorization: bearer() })
    expect(closed).toEqual([])
    await connect({})
    expect(closed).toEqual([[1008, 'An access token is required.']])
  })

  test('a decorator on handleConnection stops the start-up', async () => {
    class Gateway {
      @Roles('admin')
      handleConnection() {
        return undefined
      }

      @SubscribeMessage('list')
      list() {
        return []
      }
    }
    WebSocketGateway()(Gateway)
    await expect(start({ imports: guarded(), providers: [Gateway] })).rejects.toThrow(
      'Nest calls it for no request',
    )
  })
})

describe('microservices', () => {
  test('a queue with a header', async () => {
    const { QueueGuard } = await run<{ QueueGuard: Type<JwtGuard> }>(fence('## Microservices'))
    const queueGuard = new QueueGuard(guard)
    const contextOf = (headers: object) => {
      const message = { getMessage: () => ({ properties: { headers } }) }
      const context = new ExecutionContextHost([{}, message], Open, () => undefined)
      context.setType('rpc')
      return context
    }
    expect(await queueGuard.canActivate(contextOf({ authorization: bearer() }))).toBe(true)
    await expect(async () => queueGuard.canActivate(contextOf({}))).rejects.toMatchObject({
      cause: { code: 'ERR_TOKEN_MISSING' },
    })
  })

  class Messages {
    @MessagePattern('open')
    open() {
      return 'open'
    }

    @Roles('admin')
    @MessagePattern('admin')
    admin() {
      return 'done'
    }
  }
  Controller()(Messages)

  test.each([true, false])('a hybrid application, inheritAppConfig: %s', async (inherits) => {
    const { addMessages } = await run<{ addMessages: (app: object) => void }>(
      fence('unless you write `inheritAppConfig`:'),
    )
    addMessages({
      connectMicroservice: (_options: object, hybrid: object) =>
        expect(hybrid).toEqual({ inheritAppConfig: true }),
    })
    expect.assertions(inherits ? 6 : 4)

    const options: MicroserviceOptions = {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    }
    const hybrid = await create({ imports: guarded(), controllers: [Messages] })
    const service = hybrid.connectMicroservice(options, { inheritAppConfig: inherits })
    await hybrid.startAllMicroservices()
    const { port } = service.unwrap<Server>().address() as { port: number }
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    })
    const send = (pattern: string, authorization?: string) =>
      firstValueFrom(client.send<unknown>(pattern, { authorization })).catch(
        (error: unknown) => error,
      )

    const admin = bearer({ roles: ['admin'] })
    if (inherits) {
      expect(await send('open')).toMatchObject({ statusCode: 401 })
      expect(await send('open', bearer())).toBe('open')
      expect(await send('admin', bearer())).toMatchObject({ statusCode: 403 })
      expect(await send('admin', admin)).toBe('done')
    } else {
      expect(await send('open')).toBe('open')
      expect(await send('admin', admin)).toMatchObject({ status: 'error' })
    }
    client.close()
  })
})

test('overriding the provider', async () => {
  const { testing, authority } = await run<{
    testing: (module: Type) => Promise<TestingModule>
    authority: Authority
  }>(fence('override what the module provides:'))
  @Module({
    imports: [
      JwtGuardModule.forRoot({
        issuer: 'https://login.example.com/',
        audience: 'https://api.example.com',
        globalGuard: true,
      }),
    ],
    controllers: [Open],
  })
  class AppModule {}
  const made = await testing(AppModule)
  const app = made.createNestApplication()
  running.push(await app.init())
  await request(app.getHttpServer()).get('/open').expect(401)
  await request(app.getHttpServer())
    .get('/open')
    .set('Authorization', `Bearer ${authority.token()}`)
    .expect(200)
})

test('tokens of your own', async () => {
  process.env.JWT_SECRET = randomBytes(32).toString('hex')
  const { AuthModule } = await run<{ AuthModule: Type }>(fence('a secret of 32 bytes.'))
  const app = await start({ imports: [AuthModule], controllers: [Open] })
  const ask = (token: string) => request(app).get('/open').set('Authorization', `Bearer ${token}`)
  const jwt = running[0]!.get(JwtService)
  await ask(jwt.sign({ sub: 'alice' })).expect(200)
  await ask(jwt.sign({ sub: 'alice' }, { audience: 'elsewhere' })).expect(401)
})

@Controller()
class Open {
  @Get('open')
  open() {
    return 'open'
  }
}

interface Operation {
  readonly body: { readonly query: string }
}

interface Answer {
  json(body: unknown): unknown
}

/** Runs operations over HTTP, and knows nothing else. */
class Driver extends AbstractGraphQLDriver {
  async start({ schema }: GqlModuleOptions) {
    this.httpAdapterHost.httpAdapter.post('/graphql', async (req: Operation, res: Answer) => {
      const source = req.body.query
      res.json(await graphql({ schema: schema!, source, contextValue: { req } }))
    })
  }

  async stop() {
    return undefined
  }
}

function guarded() {
  return [JwtGuardModule.forRoot({ guard, globalGuard: true })]
}

async function create(metadata: ModuleMetadata): Promise<INestApplication> {
  const silent = new ConsoleLogger({ logLevels: [] })
  const testing = await Test.createTestingModule(metadata).setLogger(silent).compile()
  const app = testing.createNestApplication<INestApplication>()
  running.push(app)
  return app
}

/** An application made of what a snippet exports. */
async function start(
  metadata: ModuleMetadata,
  before: (app: INestApplication) => unknown = () => undefined,
): Promise<Server> {
  const app = await create(metadata)
  before(app)
  await app.init()
  return app.getHttpServer() as Server
}

/** Imports a snippet as a module that exports its classes. */
async function run<Made>({ page: { path }, line, code }: Fence): Promise<Made> {
  const text = code.replaceAll("'https://login.example.com/'", `'${authority.issuer}'`)
  const file = `${path.replace(/[^\w-]+/g, '_')}_${line}_nest.js`
  const outputText = withoutTypes(text)
  mkdirSync(join(docs, '.snippets', 'run'), { recursive: true })
  writeFileSync(join(docs, '.snippets', 'run', file), outputText)
  return (await import(`../.snippets/run/${file}`)) as Made
}

/** The first block of that kind behind the first line that holds a text, such as a heading. */
function fence(after: string, info = 'ts', path = GUIDE): Fence {
  const source = page(path)
  const line = source.text.split('\n').findIndex((each) => each.includes(after)) + 1
  expect(line).toBeGreaterThan(0)
  return fencesOf(source).find((each) => each.info === info && each.line > line)!
}

/** What stands under a heading. */
function section(heading: string): string {
  const [, text = ''] = page(GUIDE).text.split(`\n${heading}\n`)
  return text.split('\n## ')[0]!
}
