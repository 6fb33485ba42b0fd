import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestMicroservice,
  type ModuleMetadata,
} from '@nestjs/common'
import {
  type ClientProxy,
  Ctx,
  type CustomTransportStrategy,
  EventPattern,
  GrpcMethod,
  GrpcStreamCall,
  GrpcStreamMethod,
  MessagePattern,
  Payload,
  RpcException,
  Server,
} from '@nestjs/microservices'
import {
  Metadata,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
} from '@grpc/grpc-js'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { lastValueFrom, map, type Observable, of, throwError } from 'rxjs'
import {
  type Auth,
  Authorize,
  Claim,
  createMemoryRevocations,
  CurrentAuth,
  type Guard,
  InjectGuard,
  isGuardError,
  JwtGuardModule,
  type JwtGuardModuleOptions,
  OptionalAuth,
  Public,
  type RejectedEvent,
  requirePredicate,
  Roles,
  Scopes,
} from '../src/index.ts'
import {
  clientOf,
  createPrintingLogger,
  STACK_LINE,
  startMicroservice,
  startWithoutKeys,
  tcp,
} from './start-contexts.ts'
import { type Ask, type Note, startGrpc } from './start-grpc.ts'

const clock = createTestClock()
const authority = createAuthority({ clock })
const revocation = createMemoryRevocations({ clock })
const trusting = { ...authority.guardOptions(), revocation }
const { token } = authority

/** The handlers that ran. */
const reached: string[] = []
afterEach(() => {
  reached.length = 0
})

const NO_TOKEN = {
  status: 'error',
  message: 'An access token is required.',
  statusCode: 401,
  code: 16,
}
const EXPIRED = { ...NO_TOKEN, message: 'The access token expired.', error: 'invalid_token' }
const REVOKED = { ...EXPIRED, message: 'The access token was revoked.' }
const REPEATED = {
  status: 'error',
  message: 'The request carries more than one access token.',
  statusCode: 400,
  error: 'invalid_request',
  code: 3,
}
const MALFORMED = {
  ...REPEATED,
  message: 'The request does not carry its access token in a form that can be read.',
}
const NO_ROLE = {
  status: 'error',
  message: 'The access token lacks a required role.',
  statusCode: 403,
  error: 'insufficient_scope',
  code: 7,
}
const NO_SCOPE = {
  ...NO_ROLE,
  message: 'The access token lacks a required scope.',
  scope: 'orders:read orders:write',
}
const DENIED = { ...NO_ROLE, message: 'The access token does not allow this request.' }
const KEYS_DOWN = {
  status: 'error',
  message: 'The keys that verify access tokens cannot be reached.',
  statusCode: 503,
  code: 14,
}

interface Order {
  readonly owner?: string
  readonly authorization?: unknown
}

const isOwn = requirePredicate('own order', ({ subject }, context: ExecutionContext) => {
  return context.switchToRpc().getData<Order>().owner === subject
})

@Controller()
class Orders {
  readonly #guard: Guard

  constructor(@InjectGuard() guard: Guard) {
    this.#guard = guard
  }

  @MessagePattern('list')
  list(@CurrentAuth() { subject }: Auth, @Claim('jti') jti: string, @Ctx() context: object) {
    reached.push('list')
    return { subject, jti: typeof jti, same: this.#guard.authOf(context).subject }
  }

  @MessagePattern('clear')
  @Roles('admin')
  clear() {
    reached.push('clear')
    return 'cleared'
  }

  @MessagePattern('copy')
  @Scopes('orders:read', 'orders:write')
  copy() {
    reached.push('copy')
    return 'copied'
  }

  @MessagePattern('cancel')
  @Authorize(isOwn)
  cancel(@Payload() { owner }: Order) {
    reached.push('cancel')
    return owner
  }

  @MessagePattern('prices')
  @Public()
  prices() {
    reached.push('prices')
    return 'prices'
  }

  @MessagePattern('whose')
  @Public()
  whose(@CurrentAuth() _auth: Auth) {
    reached.push('whose')
  }

  @MessagePattern('greet')
  @OptionalAuth()
  greet(@CurrentAuth() auth: Auth | undefined, @Claim('sub') sub: string | undefined) {
    reached.push('greet')
    return { subject: auth?.subject ?? null, sub: sub ?? null }
  }

  @EventPattern('shipped')
  shipped(@CurrentAuth() { subject }: Auth) {
    reached.push(`shipped by ${subject}`)
  }
}

const withGuard = (guard: JwtGuardModuleOptions = trusting): ModuleMetadata => ({
  imports: [JwtGuardModule.forRoot({ ...guard, globalGuard: true })],
  controllers: [Orders],
})

describe('a microservice over TCP', () => {
  const { logger, lines } = createPrintingLogger()
  let app: INestMicroservice
  let client: ClientProxy

  beforeAll(async () => {
    app = await startMicroservice(tcp, withGuard())
    client = clientOf(app)
  })
  beforeEach(() => {
    app.useLogger(logger)
    lines.length = 0
  })
  afterAll(async () => {
    await client.close()
    await app.close()
  })

  const ask = (pattern: string, data: object | string = {}) =>
    lastValueFrom(client.send<unknown>(pattern, data))

  it.each(['', 'Bearer ', 'bearer '])(
    'takes payload.authorization, with scheme "%s"',
    async (scheme) => {
      const answer = await ask('list', { authorization: scheme + token() })
      expect(answer).toEqual({ subject: 'alice', jti: 'string', same: 'alice' })
    },
  )

  it.each<[string, object, object]>([
    ['a token that expired', { authorization: token({ exp: clock() - 31 }) }, EXPIRED],
    ['an empty text for a token', { authorization: '' }, MALFORMED],
    ['a list with a token', { authorization: [token()] }, MALFORMED],
    ['an empty list', { authorization: [] }, MALFORMED],
    ['an object for a token', { authorization: { token: token() } }, MALFORMED],
    ['a number for a token', { authorization: 1 }, MALFORMED],
    ['two tokens in one', { authorization: `${token()}, ${token()}` }, MALFORMED],
  ])('refuses %s, where a token is optional, too', async (_what, data, refusal) => {
    await expect(ask('list', data)).rejects.toEqual(refusal)
    await expect(ask('greet', data)).rejects.toEqual(refusal)
    expect(reached).toEqual([])
  })

  it.each<[string, object | string]>([
    ['nothing', {}],
    ['null for a token', { authorization: null }],
    ['no object', 'Bearer'],
    ['what looks like a call of gRPC', { metadata: { get: 'x' } }],
    ['what looks like its metadata', { get: 'x', emit: 'x' }],
  ])('takes %s for a message without a token', async (_what, data) => {
    await expect(ask('list', data)).rejects.toEqual(NO_TOKEN)
    await expect(ask('greet', data)).resolves.toEqual({ subject: null, sub: null })
    expect(reached).toEqual(['greet'])
  })

  it('judges every message anew', async () => {
    const tokenId = 'to-be-revoked'
    const revoked = token({ jti: tokenId })
    const expired = token({ exp: clock() + 1 })
    await ask('list', { authorization: revoked })
    await ask('list', { authorization: expired })
    expect(reached).toEqual(['list', 'list'])

    revocation.revoke({ issuer: authority.issuer, tokenId, until: clock() + 600 })
    clock.advance(31)
    await expect(ask('list', { authorization: revoked })).rejects.toEqual(REVOKED)
    await expect(ask('list', { authorization: expired })).rejects.toEqual(EXPIRED)
    expect(reached).toEqual(['list', 'list'])
  })

  it.each<[string, object, object, object]>([
    ['clear', { authorization: token({ roles: ['admin'] }) }, { authorization: token() }, NO_ROLE],
    [
      'copy',
      { authorization: token({ scope: 'orders:read orders:write' }) },
      { authorization: token({ scope: 'orders:read' }) },
      NO_SCOPE,
    ],
    [
      'cancel',
      { authorization: token(), owner: 'alice' },
      { authorization: token(), owner: 'bob' },
      DENIED,
    ],
  ])('asks the policies of %s', async (pattern, allowed, denied, denial) => {
    await ask(pattern, allowed)
    expect(reached).toEqual([pattern])
    await expect(ask(pattern, denied)).rejects.toEqual(denial)
    await expect(ask(pattern)).rejects.toEqual(NO_TOKEN)
    expect(reached).toEqual([pattern])
  })

  it('@Public() looks at no token, and so knows nobody', async () => {
    await expect(ask('prices', { authorization: 'bad' })).resolves.toBe('prices')
    await expect(ask('whose', { authorization: token() })).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    })
    expect(reached).toEqual(['prices'])
  })

  it('@OptionalAuth() knows who has a token', async () => {
    const answer = await ask('greet', { authorization: token() })
    expect(answer).toEqual({ subject: 'alice', sub: 'alice' })
  })

  it('lets an event pass with a token', async () => {
    await lastValueFrom(client.emit('shipped', { authorization: token() }), NO_ANSWER)
    await ask('prices')
    expect(reached).toEqual(['shipped by alice', 'prices'])
  })

  it('drops an event without a good one, and tells no log more than it may know', async () => {
    const expired = token({ exp: clock() - 31 })
    const isRefused = nextRefusal()
    await lastValueFrom(client.emit('shipped', { authorization: expired }), NO_ANSWER)
    expect(await isRefused).toBe('ERR_TOKEN_EXPIRED')
    await ask('prices')
    expect(reached).toEqual(['prices'])
    // Nest 12 logs what an event handler throws, as nobody else hears of it; Nest 11 does not.
    for (const line of lines) {
      expect(line).toContain('GuardError: The access token expired.')
      expect(line).not.toMatch(STACK_LINE)
      expect(line).not.toContain(expired)
    }
    expect(lines.length).toBeLessThanOrEqual(1)
  })

  it('logs no refusal of a message', async () => {
    await expect(ask('list')).rejects.toEqual(NO_TOKEN)
    await expect(ask('clear', { authorization: token() })).rejects.toEqual(NO_ROLE)
    expect(lines).toEqual([])
  })
})

it('a filter gets an RpcException, with the reason for its cause', async () => {
  let caught: RpcException | undefined

  @Catch(RpcException)
  class Filter implements ExceptionFilter<RpcException> {
    catch(exception: RpcException, _host: ArgumentsHost) {
      caught = exception
      return throwError(() => 'mine')
    }
  }
  const app = await startMicroservice(tcp, withGuard(), (app) => {
    app.useGlobalFilters(new Filter())
  })
  const client = clientOf(app)
  await expect(lastValueFrom(client.send('list', {}))).rejects.toBe('mine')
  expect(caught?.getError()).toEqual(NO_TOKEN)
  expect(caught?.message).toBe(NO_TOKEN.message)
  expect(isGuardError(caught?.cause) && caught.cause.code).toBe('ERR_TOKEN_MISSING')
  expect(caught?.stack).not.toMatch(STACK_LINE)
  await client.close()
  await app.close()
})

it('keys that cannot be had are an outage, and no reason to let a message pass', async () => {
  const { guard, token, close } = await startWithoutKeys(clock)
  const app = await startMicroservice(tcp, withGuard(guard))
  const client = clientOf(app)
  const message = { authorization: token() }
  await expect(lastValueFrom(client.send('list', message))).rejects.toEqual(KEYS_DOWN)
  await expect(lastValueFrom(client.send('greet', message))).rejects.toEqual(KEYS_DOWN)
  expect(reached).toEqual([])
  await client.close()
  await app.close()
  await close()
})

describe('a transport of the application', () => {
  class Own extends Server implements CustomTransportStrategy {
    listen(done: () => void) {
      done()
    }
    close() {
      this.getHandlers().clear()
    }
    on(): void {
      throw new Error('it has no events')
    }
    unwrap<T>(): T {
      return undefined as T
    }
    async ask(pattern: string, ...message: unknown[]): Promise<unknown> {
      const handler = this.getHandlerByPattern(pattern) as (...message: unknown[]) => unknown
      return lastValueFrom(this.transformToObservable(await handler(...message)))
    }
  }
  const strategy = new Own()
  let app: INestMicroservice

  beforeAll(async () => {
    app = await startMicroservice({ strategy }, withGuard())
  })
  afterAll(() => app.close())

  it('is guarded, though it hands over data and nothing else', async () => {
    const authorization = token({ roles: ['admin'] })
    await expect(strategy.ask('clear', { authorization })).resolves.toBe('cleared')
    for (const data of [undefined, null, 1, 'Bearer', {}, { get: 'x', metadata: 'x' }]) {
      await expect(strategy.ask('clear', data)).rejects.toEqual(NO_TOKEN)
    }
    expect(reached).toEqual(['clear'])
  })

  it('may hand over metadata, in which two tokens are one too many', async () => {
    const metadata = new Metadata()
    metadata.add('authorization', token())
    await strategy.ask('list', {}, metadata)
    expect(reached).toEqual(['list'])
    metadata.add('authorization', token())
    await expect(strategy.ask('list', {}, metadata)).rejects.toEqual(REPEATED)
    expect(reached).toEqual(['list'])
  })
})

describe('a microservice over gRPC', () => {
  @Controller()
  class Notes {
    readonly #guard: Guard

    constructor(@InjectGuard() guard: Guard) {
      this.#guard = guard
    }

    @GrpcMethod()
    @Roles('writer')
    read(@CurrentAuth() { subject }: Auth) {
      reached.push('Read')
      return { text: subject }
    }

    @GrpcMethod()
    @Roles('writer')
    watch(_note: Note, metadata: Metadata): Observable<Note> {
      reached.push('Watch')
      return of({ text: this.#guard.authOf(metadata).subject }, { text: 'and more' })
    }

    @GrpcStreamMethod()
    @Roles('writer')
    collect(notes: Observable<Note>, metadata: Metadata) {
      reached.push('Collect')
      const { subject } = this.#guard.authOf(metadata)
      return notes.pipe(map(({ text }) => ({ text: `${subject}: ${text}` })))
    }

    @GrpcStreamMethod()
    @Roles('writer')
    chat(@Payload() notes: Observable<Note>, @CurrentAuth() { subject }: Auth) {
      reached.push('Chat')
      return notes.pipe(map(({ text }) => ({ text: `${subject}: ${text}` })))
    }

    @GrpcStreamCall()
    @Roles('writer')
    collectCall(call: ServerReadableStream<Note, Note>, answer: sendUnaryData<Note>) {
      reached.push('CollectCall')
      const { subject } = this.#guard.authOf(call.metadata)
      call.on('data', ({ text }: Note) => answer(null, { text: `${subject}: ${text}` }))
    }

    @GrpcStreamCall()
    @Roles('writer')
    chatCall(@Payload() call: ServerDuplexStream<Note, Note>, @CurrentAuth() auth: Auth) {
      reached.push('ChatCall')
      call.on('data', ({ text }: Note) => call.write({ text: `${auth.subject}: ${text}` }))
      call.on('end', () => call.end())
    }

    @GrpcMethod()
    @Public()
    title() {
      reached.push('Title')
      return { text: 'Notes' }
    }

    @GrpcMethod()
    @OptionalAuth()
    greet(@CurrentAuth() auth: Auth | undefined) {
      reached.push('Greet')
      return { text: auth?.subject ?? 'nobody' }
    }

    @GrpcStreamCall()
    @OptionalAuth()
    greetCall(call: ServerDuplexStream<Note, Note>) {
      reached.push('GreetCall')
      call.write({ text: this.#guard.optionalAuthOf(call.metadata)?.subject ?? 'nobody' })
      call.end()
    }
  }

  const { logger, lines } = createPrintingLogger()
  let app: INestMicroservice
  let ask: Ask
  let close: () => Promise<void>

  beforeAll(async () => {
    ;({ app, ask, close } = await startGrpc({ ...withGuard(), controllers: [Notes] }))
  })
  beforeEach(() => {
    app.useLogger(logger)
    lines.length = 0
  })
  afterAll(() => close())

  const METHODS: [name: string, answers: string[]][] = [
    ['Read', ['alice']],
    ['Watch', ['alice', 'and more']],
    ['Collect', ['alice: hello']],
    ['Chat', ['alice: hello']],
    ['CollectCall', ['alice: hello']],
    ['ChatCall', ['alice: hello']],
  ]

  describe.each(METHODS)('%s', (name, answers) => {
    it.each(['', 'Bearer '])(
      'passes with a token in the metadata, with scheme "%s"',
      async (scheme) => {
        const authorization = scheme + token({ roles: ['writer'] })
        expect(await ask(name, [authorization])).toEqual(answers)
        expect(reached).toEqual([name])
      },
    )

    it.each<[string, string[], typeof NO_TOKEN]>([
      ['without a token', [], NO_TOKEN],
      ['with one that expired', [token({ exp: clock() - 31 })], EXPIRED],
      ['with one of too few rights', [token()], NO_ROLE],
      ['with two in one', [`${token()}, ${token()}`], MALFORMED],
    ])('is refused %s', async (_how, tokens, refusal) => {
      await expect(ask(name, tokens)).rejects.toMatchObject(onTheWire(refusal))
      expect(reached).toEqual([])
      expect(lines).toEqual([])
    })

    it('is refused when keys cannot be had', async () => {
      const { guard, token, close: closeProvider } = await startWithoutKeys(clock)
      const { ask, close } = await startGrpc({ ...withGuard(guard), controllers: [Notes] })
      await expect(ask(name, [token()])).rejects.toMatchObject(onTheWire(KEYS_DOWN))
      expect(reached).toEqual([])
      await close()
      await closeProvider()
    })
  })

  it('goes on answering after it refused', async () => {
    await expect(ask('ChatCall', [])).rejects.toMatchObject(onTheWire(NO_TOKEN))
    expect(await ask('ChatCall', [token({ roles: ['writer'] })])).toEqual(['alice: hello'])
  })

  it('takes a token in a message, and refuses a second one in the metadata', async () => {
    const authorization = token({ roles: ['writer'] })
    expect(await ask('Read', [], { authorization })).toEqual(['alice'])
    for (const name of ['Read', 'Watch']) {
      const asked = ask(name, [authorization], { authorization })
      await expect(asked).rejects.toMatchObject(onTheWire(REPEATED))
    }
    expect(reached).toEqual(['Read'])
  })

  it.each(['Greet', 'GreetCall'])(
    '%s may be called without a token, but not with a bad one',
    async (name) => {
      expect(await ask(name, [])).toEqual(['nobody'])
      expect(await ask(name, [token()])).toEqual(['alice'])
      reached.length = 0
      await expect(ask(name, ['bad'])).rejects.toMatchObject({ code: 16 })
      expect(reached).toEqual([])
    },
  )

  it('@Public() looks at no token', async () => {
    expect(await ask('Title', ['bad'])).toEqual(['Notes'])
  })
})

const onTheWire = ({ message, code }: typeof NO_TOKEN) => ({ details: message, code })

/** The code of the next refusal of a guard's. */
function nextRefusal(): Promise<string> {
  return new Promise((resolve) => {
    const listener = (event: unknown) => {
      unsubscribe('gatewarden:rejected', listener)
      resolve((event as RejectedEvent).code)
    }
    subscribe('gatewarden:rejected', listener)
  })
}

/** An event is done when it is sent. */
const NO_ANSWER = { defaultValue: undefined }
