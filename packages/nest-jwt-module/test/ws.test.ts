import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  type INestApplication,
  Injectable,
  type ModuleMetadata,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import {
  ConnectedSocket,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets'
import type { IncomingMessage } from 'node:http'
import { createAuthority, createIssuerServer, createTestClock } from '@gatewarden/testing'
import type { WebSocket } from 'ws'
import {
  type Auth,
  Authorize,
  Claim,
  ConfigError,
  createMemoryRevocations,
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
  isNest11,
  listen,
  startWithoutKeys,
} from './start-contexts.ts'
import {
  connectSocketIo,
  connectWs,
  type Connection,
  type ConnectOptions,
  type Heard,
} from './start-sockets.ts'
import { start } from './start.ts'

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

const NO_TOKEN = { status: 'error', message: 'An access token is required.', statusCode: 401 }
const EXPIRED = { ...NO_TOKEN, message: 'The access token expired.', error: 'invalid_token' }
const REVOKED = { ...EXPIRED, message: 'The access token was revoked.' }
const NOT_VALID = { ...EXPIRED, message: 'The access token is malformed.' }
const REPEATED = {
  status: 'error',
  message: 'The request carries more than one access token.',
  statusCode: 400,
  error: 'invalid_request',
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
}
const NO_SCOPE = {
  ...NO_ROLE,
  message: 'The access token lacks a required scope.',
  scope: 'posts:read posts:write',
}
const DENIED = { ...NO_ROLE, message: 'The access token does not allow this request.' }
const CSRF = {
  status: 'error',
  message: 'A request authenticated by a cookie must prove that it comes from an allowed origin.',
  statusCode: 403,
}
const KEYS_DOWN = {
  status: 'error',
  message: 'The keys that verify access tokens cannot be reached.',
  statusCode: 503,
}
const NOT_SET_UP = {
  status: 'error',
  message: 'The server is not set up to answer this request.',
  statusCode: 500,
}

const isOwn = requirePredicate('own post', ({ subject }, context: ExecutionContext) => {
  return context.switchToWs().getData<{ owner?: string } | undefined>()?.owner === subject
})

/** What a socket of socket.io is to these gateways. */
interface Client {
  readonly handshake: { readonly auth: { token?: unknown } }
  readonly user?: unknown
  emit(event: string, data: unknown): void
}

@WebSocketGateway()
@UseGuards(JwtGuard)
class Chat {
  readonly #guard: Guard

  constructor(@InjectGuard() guard: Guard) {
    this.#guard = guard
  }

  @SubscribeMessage('say')
  say(
    @CurrentAuth() { subject }: Auth,
    @Claim('jti') jti: string,
    @ConnectedSocket() client: Client,
  ) {
    reached.push('say')
    const same = this.#guard.authOf(client).subject
    return { event: 'said', data: { subject, jti: typeof jti, same } }
  }

  @SubscribeMessage('moderate')
  @Roles('moderator')
  moderate() {
    reached.push('moderate')
    return { event: 'done', data: 'moderate' }
  }

  @SubscribeMessage('post')
  @Scopes('posts:read', 'posts:write')
  post() {
    reached.push('post')
    return { event: 'done', data: 'post' }
  }

  @SubscribeMessage('edit')
  @Authorize(isOwn)
  edit() {
    reached.push('edit')
    return { event: 'done', data: 'edit' }
  }

  @SubscribeMessage('rooms')
  @Public()
  rooms() {
    reached.push('rooms')
    return { event: 'rooms', data: 1 }
  }

  @SubscribeMessage('whose')
  @Public()
  whose(@CurrentAuth() _auth: Auth) {
    reached.push('whose')
  }

  @SubscribeMessage('greet')
  @OptionalAuth()
  greet(@CurrentAuth() auth: Auth | undefined) {
    reached.push('greet')
    return { event: 'greeted', data: auth?.subject ?? 'nobody' }
  }

  @SubscribeMessage('renew')
  @Public()
  renew(@ConnectedSocket() { handshake }: Client) {
    handshake.auth.token = token()
    return { event: 'renewed', data: null }
  }
}

/** What one test starts, and the next must not meet. */
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

function opened<T extends { close(): unknown }>(each: T): T {
  open.push(each)
  return each
}

async function startGateway(
  gateway: Type<unknown>,
  guard: JwtGuardModuleOptions & { globalGuard?: boolean } = trusting,
  before: (app: INestApplication) => unknown = () => undefined,
  providers: ModuleMetadata['providers'] = [],
): Promise<string> {
  const imports = [JwtGuardModule.forRoot(guard)]
  const metadata = { imports, providers: [gateway, ...providers] }
  return listen(opened(await start(metadata, undefined, before)))
}

describe('socket.io', () => {
  const connect = (address: string, options?: ConnectOptions) =>
    opened(connectSocketIo(address, options))
  const withToken = (value: unknown): ConnectOptions => ({ auth: { token: value } })
  const withHeaders = (headers: ConnectOptions['headers'] = {}): ConnectOptions => ({ headers })

  it.each<[string, ConnectOptions]>([
    ['in auth.token', withToken(token())],
    ['in auth.token, with its scheme', withToken(`Bearer ${token()}`)],
    ['in auth.token, with its scheme in lower case', withToken(`bearer ${token()}`)],
    ['in the Authorization field', withHeaders({ authorization: `Bearer ${token()}` })],
    ['in auth.token, by polling', { ...withToken(token()), transport: 'polling' }],
  ])('takes a token %s', async (_where, options) => {
    const client = connect(await startGateway(Chat), options)
    const data = { subject: 'alice', jti: 'string', same: 'alice' }
    expect(await client.ask('say')).toEqual(['said', data])
  })

  it.each<[string, ConnectOptions, object]>([
    ['that expired', withToken(token({ exp: clock() - 31 })), EXPIRED],
    ['that is none', withToken('token'), NOT_VALID],
    ['that is empty', withToken(''), MALFORMED],
    ['that is a number', withToken(1), MALFORMED],
    ['that is an object', withToken({ token: token() }), MALFORMED],
    ['that is a list', withToken([token()]), MALFORMED],
    ['that is two', withToken(`${token()}, ${token()}`), MALFORMED],
    [
      'beside one in the Authorization field',
      { ...withToken(token()), ...withHeaders({ authorization: `Bearer ${token()}` }) },
      REPEATED,
    ],
    [
      'beside credentials of another scheme',
      { ...withToken(token()), ...withHeaders({ authorization: 'Basic YTpi' }) },
      REPEATED,
    ],
    [
      'in two Authorization fields',
      withHeaders({ authorization: [`Bearer ${token()}`, `Bearer ${token()}`] }),
      REPEATED,
    ],
  ])('refuses a token %s, where a token is optional, too', async (_which, options, refusal) => {
    const client = connect(await startGateway(Chat), options)
    expect(await client.ask('say')).toEqual(['exception', refusal])
    expect(await client.ask('greet')).toEqual(['exception', refusal])
    expect(reached).toEqual([])
  })

  it.each<[string, ConnectOptions]>([
    ['nothing', {}],
    ['null for a token', withToken(null)],
    ['credentials of another scheme', withHeaders({ authorization: 'Basic YTpi' })],
  ])('takes %s for a connection without a token', async (_what, options) => {
    const client = connect(await startGateway(Chat), options)
    expect(await client.ask('say')).toEqual(['exception', NO_TOKEN])
    expect(await client.ask('greet')).toEqual(['greeted', 'nobody'])
    expect(reached).toEqual(['greet'])
  })

  it.each<[string, object, object, object]>([
    ['moderate', { roles: ['moderator'] }, {}, NO_ROLE],
    ['post', { scope: 'posts:read posts:write' }, { scope: 'posts:read' }, NO_SCOPE],
    ['edit', { sub: 'alice' }, { sub: 'bob' }, DENIED],
  ])('asks the policies of %s', async (event, allowed, denied, denial) => {
    const address = await startGateway(Chat)
    const data = { owner: 'alice' }
    const allowedOne = connect(address, withToken(token({ ...allowed })))
    expect(await allowedOne.ask(event, data)).toEqual(['done', event])
    expect(reached).toEqual([event])

    const deniedOne = connect(address, withToken(token({ ...denied })))
    expect(await deniedOne.ask(event, data)).toEqual(['exception', denial])
    expect(await connect(address).ask(event, data)).toEqual(['exception', NO_TOKEN])
    expect(reached).toEqual([event])
  })

  it('@OptionalAuth() knows who has a token', async () => {
    const client = connect(await startGateway(Chat), withToken(token()))
    expect(await client.ask('greet')).toEqual(['greeted', 'alice'])
  })

  it('@Public() looks at no token, and knows nobody, not even who was admitted before', async () => {
    const client = connect(await startGateway(Chat), withToken(token()))
    expect(await client.ask('say')).toMatchObject(['said', {}])
    const failure = { status: 'error', message: 'Internal server error' }
    expect(await client.ask('whose')).toMatchObject(['exception', failure])
    expect(reached).toEqual(['say'])
    const other = connect(await startGateway(Chat), withToken('bad'))
    expect(await other.ask('rooms')).toEqual(['rooms', 1])
  })

  it('judges every message of a connection anew', async () => {
    const address = await startGateway(Chat)
    const expiring = connect(address, withToken(token({ exp: clock() + 1 })))
    const revoked = connect(address, withToken(token({ jti: 'to-be-revoked' })))
    for (const client of [expiring, revoked]) {
      expect(await client.ask('say')).toMatchObject(['said', {}])
    }

    const { issuer } = authority
    revocation.revoke({ issuer, tokenId: 'to-be-revoked', until: clock() + 600 })
    clock.advance(31)
    reached.length = 0
    expect(await expiring.ask('say')).toEqual(['exception', EXPIRED])
    expect(await revoked.ask('say')).toEqual(['exception', REVOKED])
    expect(reached).toEqual([])
  })

  it('reads the token of every message anew: an application may renew it', async () => {
    const client = connect(await startGateway(Chat), withToken(token({ exp: clock() - 31 })))
    expect(await client.ask('say')).toEqual(['exception', EXPIRED])
    expect(await client.ask('renew')).toEqual(['renewed', null])
    expect(await client.ask('say')).toMatchObject(['said', {}])
  })

  it('keys that cannot be had are an outage, and no reason to let a message pass', async () => {
    const { guard, token, close } = await startWithoutKeys(clock)
    opened({ close })
    const client = connect(await startGateway(Chat, guard), withToken(token()))
    expect(await client.ask('say')).toEqual(['exception', KEYS_DOWN])
    expect(await client.ask('greet')).toEqual(['exception', KEYS_DOWN])
    expect(reached).toEqual([])
  })

  it('a filter gets a WsException, with the reason for its cause; nothing is logged', async () => {
    let caught: WsException | undefined

    @Catch(WsException)
    class Filter implements ExceptionFilter<WsException> {
      catch(exception: WsException, host: ArgumentsHost) {
        caught = exception
        host.switchToWs().getClient<Client>().emit('mine', {})
      }
    }

    @WebSocketGateway()
    @UseFilters(Filter)
    class Filtered extends Chat {}

    const { logger, lines } = createPrintingLogger()
    const client = connect(await startGateway(Filtered, trusting, (app) => app.useLogger(logger)))
    expect(await client.ask('say')).toEqual(['mine', {}])
    expect(caught?.getError()).toEqual(NO_TOKEN)
    expect(caught?.message).toBe(NO_TOKEN.message)
    expect(isGuardError(caught?.cause) && caught.cause.code).toBe('ERR_TOKEN_MISSING')
    expect(reached).toEqual([])
    expect(lines).toEqual([])
  })

  it('logs no refusal', async () => {
    const { logger, lines } = createPrintingLogger()
    const client = connect(await startGateway(Chat, trusting, (app) => app.useLogger(logger)))
    expect(await client.ask('say')).toEqual(['exception', NO_TOKEN])
    expect(lines).toEqual([])
  })

  describe('with a cookie', () => {
    const cookies = {
      ...trusting,
      tokenFrom: { cookie: 'at', origins: ['https://app.example'] },
    } as const

    it.each<[string, (address: string) => object]>([
      ['the origin of the API', (address) => ({ origin: `http://${address}` })],
      ['an allowed origin', () => ({ origin: 'https://app.example' })],
    ])('passes from %s', async (_where, headersAt) => {
      const address = await startGateway(Chat, cookies)
      const headers = { cookie: `at=${token()}`, ...headersAt(address) }
      expect(await connect(address, { headers }).ask('greet')).toEqual(['greeted', 'alice'])
    })

    it.each<[string, object]>([
      ['a foreign origin', { origin: 'https://evil.example' }],
      ['a page that hides its origin', { origin: 'null' }],
      ['a browser that hides the origin', { 'sec-fetch-site': 'same-origin' }],
      ['a client that says no origin', {}],
    ])('is refused from %s (cross-site WebSocket hijacking)', async (_where, more) => {
      const headers = { cookie: `at=${token()}`, ...more }
      const client = connect(await startGateway(Chat, cookies), { headers })
      expect(await client.ask('say')).toEqual(['exception', CSRF])
      expect(await client.ask('greet')).toEqual(['exception', CSRF])
      expect(reached).toEqual([])
    })

    it('is refused by polling, too, where a browser sends a GET from anywhere', async () => {
      const headers = { cookie: `at=${token()}`, 'sec-fetch-site': 'cross-site' }
      const options = { headers, transport: 'polling' } as const
      const client = connect(await startGateway(Chat, cookies), options)
      expect(await client.ask('say')).toEqual(['exception', CSRF])
    })
  })

  describe('globalGuard', () => {
    @WebSocketGateway()
    class Open {
      @SubscribeMessage('open')
      open() {
        reached.push('open')
        return { event: 'done', data: 'open' }
      }

      @SubscribeMessage('moderate')
      @Roles('moderator')
      moderate() {
        reached.push('moderate')
        return { event: 'done', data: 'moderate' }
      }
    }
    const everywhere = { ...trusting, globalGuard: true }

    it('guards gateways on Nest 12; on Nest 11 it DOES NOT: put @UseGuards(JwtGuard) on them', async () => {
      const address = await startGateway(Open, everywhere)
      const [answer] = await connect(address).ask('open')
      expect(answer).toBe(isNest11 ? 'done' : 'exception')
      expect(reached).toEqual(isNest11 ? ['open'] : [])
    })

    it('denies what carries a policy, whether it reaches that or not', async () => {
      const address = await startGateway(Open, everywhere)
      const client = connect(address, withToken(token({ roles: ['moderator'] })))
      const [answer] = await client.ask('moderate')
      expect(answer).toBe(isNest11 ? 'exception' : 'done')
      expect(await connect(address, withToken(token())).ask('moderate')).toMatchObject([
        'exception',
        isNest11 ? { message: 'Internal server error' } : NO_ROLE,
      ])
      expect(reached).toEqual(isNest11 ? [] : ['moderate'])
    })
  })

  describe('two messages of one connection at once', () => {
    const names = ['first', 'second']
    const userOf = ({ user }: Client) => (user as { name: string } | undefined)?.name

    @Injectable()
    class Members extends JwtGuard {
      static asked = createGate()
      static mayAnswer = createGate()

      override async mapUser() {
        const name = names.shift()
        if (name === 'second') {
          Members.asked.open()
          await Members.mayAnswer.opened
        }
        return { name }
      }
    }

    const hasBegun = createGate()
    const mayGoOn = createGate()

    @WebSocketGateway()
    @UseGuards(Members)
    class Room {
      @SubscribeMessage('slow')
      async slow(@ConnectedSocket() client: Client) {
        const users = [userOf(client)]
        hasBegun.open()
        await mayGoOn.opened
        return { event: 'slow', data: [...users, userOf(client)] }
      }

      @SubscribeMessage('fast')
      fast(@ConnectedSocket() client: Client) {
        return { event: 'fast', data: userOf(client) }
      }
    }

    it('map their users each, and neither takes that of the other away', async () => {
      const address = await startGateway(Room, trusting, undefined, [Members])
      const client = connect(address, withToken(token({ exp: clock() + 1 })))
      client.send('slow')
      await hasBegun.opened
      client.send('fast')
      await Members.asked.opened

      // A third one is refused, while the handler of the first and the guard of the second are at work.
      clock.advance(31)
      expect(await client.ask('fast')).toEqual(['exception', EXPIRED])
      mayGoOn.open()
      expect(await client.next()).toEqual(['slow', ['first', 'first']])
      Members.mayAnswer.open()
      expect(await client.next()).toEqual(['fast', 'second'])
    })
  })
})

describe('authenticateConnection', () => {
  describe('of socket.io', () => {
    const connect = (address: string, options?: ConnectOptions) =>
      opened(connectSocketIo(address, options))

    @WebSocketGateway()
    class Lobby extends Chat implements OnGatewayConnection {
      @Inject(JwtGuard) readonly jwtGuard!: JwtGuard

      async handleConnection(client: Client) {
        const auth = await this.jwtGuard.authenticateConnection(client)
        const same = auth && this.jwtGuard.guard.authOf(client) === auth
        client.emit('welcome', [auth?.subject ?? null, same ?? null])
      }
    }

    it('tells who connected', async () => {
      const client = connect(await startGateway(Lobby), { auth: { token: token() } })
      expect(await client.next()).toEqual(['welcome', ['alice', true]])
      expect(await client.ask('say')).toMatchObject(['said', {}])
    })

    it.each<[string, ConnectOptions, object]>([
      ['no token', {}, NO_TOKEN],
      ['a bad one', { auth: { token: token({ exp: clock() - 31 }) } }, EXPIRED],
      [
        'two',
        { auth: { token: token() }, headers: { authorization: `Bearer ${token()}` } },
        REPEATED,
      ],
    ])('tells a client with %s why, and disconnects it', async (_what, options, refusal) => {
      const client = connect(await startGateway(Lobby), options)
      client.send('say')
      expect(await client.next()).toEqual(['exception', refusal])
      expect(await client.next()).toEqual(['disconnect'])
      expect(reached).toEqual([])
    })

    it('lets those without a token stay where one is optional', async () => {
      const address = await startGateway(Lobby, { ...trusting, optional: true })
      expect(await connect(address).next()).toEqual(['welcome', [null, null]])
      const bad = connect(address, { auth: { token: 'bad' } })
      expect(await bad.next()).toEqual(['exception', NOT_VALID])
      expect(await bad.next()).toEqual(['disconnect'])
    })
  })

  describe('of ws', () => {
    const connect = (address: string, options?: ConnectOptions) =>
      opened(connectWs(address, options))
    const withBearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    const useWs = (app: INestApplication) => app.useWebSocketAdapter(new WsAdapter(app))

    @WebSocketGateway()
    class Lobby extends Chat implements OnGatewayConnection {
      @Inject(JwtGuard) readonly jwtGuard!: JwtGuard

      async handleConnection(client: WebSocket, request: IncomingMessage) {
        const auth = await this.jwtGuard.authenticateConnection(client, request)
        if (auth) client.send(JSON.stringify({ event: 'welcome', data: auth.subject }))
      }
    }

    it('tells who connected', async () => {
      const client = connect(await startGateway(Lobby, trusting, useWs), withBearer(token()))
      expect(await client.next()).toEqual(['welcome', 'alice'])
      expect(await client.ask('say')).toMatchObject(['said', { same: 'alice' }])
    })

    it('judges every message anew', async () => {
      const address = await startGateway(Lobby, trusting, useWs)
      const client = connect(address, withBearer(token({ exp: clock() + 1 })))
      expect(await client.next()).toEqual(['welcome', 'alice'])
      expect(await client.ask('say')).toMatchObject(['said', {}])
      clock.advance(31)
      reached.length = 0
      expect(await refusalOf(client, 'say')).toEqual(heardByWs(['exception', EXPIRED]))
      expect(reached).not.toContain('say')
    })

    it.each<[string, ConnectOptions, string]>([
      ['no token', {}, NO_TOKEN.message],
      ['a bad one', withBearer(token({ exp: clock() - 31 })), EXPIRED.message],
      ['two', { headers: { authorization: ['Bearer a', 'Bearer b'] } }, REPEATED.message],
    ])('closes the connection of a client with %s', async (_what, options, reason) => {
      const client = connect(await startGateway(Lobby, trusting, useWs), options)
      client.send('say')
      expect(await closing(client)).toEqual(['close', 1008, reason])
      expect(reached).toEqual([])
    })

    it('closes that of a client with a cookie from a foreign page', async () => {
      const cookies = { ...trusting, tokenFrom: { cookie: 'at' } }
      const address = await startGateway(Lobby, cookies, useWs)
      const headersFrom = (origin: string) => ({ headers: { cookie: `at=${token()}`, origin } })
      const foreign = connect(address, headersFrom('https://evil.example'))
      expect(await closing(foreign)).toEqual(['close', 1008, CSRF.message])
      const own = connect(address, headersFrom(`http://${address}`))
      expect(await own.next()).toEqual(['welcome', 'alice'])
    })

    it('tells an outage from a refusal', async () => {
      const { guard, token, close } = await startWithoutKeys(clock)
      opened({ close })
      const client = connect(await startGateway(Lobby, guard, useWs), withBearer(token()))
      expect(await closing(client)).toEqual(['close', 1013, KEYS_DOWN.message])
    })

    it('must be told of the request, and says so to the log', async () => {
      @WebSocketGateway()
      class Forgetful extends Lobby {
        override async handleConnection(client: WebSocket) {
          await this.jwtGuard.authenticateConnection(client)
        }
      }
      const { logger, lines } = createPrintingLogger()
      const address = await startGateway(Forgetful, trusting, (app) => {
        app.useLogger(logger)
        useWs(app)
      })
      const client = connect(address, withBearer(token()))
      expect(await closing(client)).toEqual(['close', 1011, NOT_SET_UP.message])
      expect(lines).toEqual([expect.stringMatching(/^JwtGuard finds no request to read a token/)])
    })

    it('is what messages need: without it, they are refused', async () => {
      const { logger, lines } = createPrintingLogger()
      const address = await startGateway(Chat, trusting, (app) => {
        app.useLogger(logger)
        useWs(app)
      })
      const client = connect(address, withBearer(token()))
      for (const event of ['say', 'greet']) {
        expect(await refusalOf(client, event)).toEqual(heardByWs(['exception', NOT_SET_UP]))
        expect(reached).not.toContain(event)
      }
      expect(lines).toHaveLength(2)
    })
  })

  it('guards NOTHING but the connection: while it waits, messages reach what no JwtGuard guards', async () => {
    const provider = await createIssuerServer({ clock })
    const keys = createGate()
    provider.respond('/jwks', { after: keys.opened, status: 500 })
    const { jwksUri, authority } = provider
    const { issuer, audience } = authority
    opened(provider)

    @WebSocketGateway()
    class Lobby implements OnGatewayConnection {
      @Inject(JwtGuard) readonly jwtGuard!: JwtGuard

      async handleConnection(client: object) {
        await this.jwtGuard.authenticateConnection(client)
      }

      @SubscribeMessage('guarded')
      @UseGuards(JwtGuard)
      guarded() {
        reached.push('guarded')
      }

      @SubscribeMessage('unguarded')
      unguarded() {
        reached.push('unguarded')
        return { event: 'done', data: 'unguarded' }
      }
    }
    const address = await startGateway(Lobby, { issuer, audience, clock, jwksUri })
    const auth = { token: authority.token() }
    const client = opened(connectSocketIo(address, { auth }))
    client.send('guarded')
    expect(await client.ask('unguarded')).toEqual(['done', 'unguarded'])
    keys.open()
    expect(await client.next()).toEqual(['exception', KEYS_DOWN])
    expect(reached).toEqual(['unguarded'])
  })
})

describe('decorators on handleConnection, for which Nest asks no guard,', () => {
  @WebSocketGateway()
  class Lobby {
    @Roles('member')
    handleConnection() {
      reached.push('handleConnection')
    }

    @SubscribeMessage('say')
    say() {
      reached.push('say')
    }
  }

  @WebSocketGateway()
  @UseGuards(JwtGuard)
  class Guarded extends Lobby {}

  it.each([
    ['globalGuard', Lobby, { ...trusting, globalGuard: true }],
    ['@UseGuards(JwtGuard)', Guarded, trusting],
  ])('stop the boot, with %s, too', async (_how, gateway, guard) => {
    const starting = startGateway(gateway, guard)
    await expect(starting).rejects.toBeInstanceOf(ConfigError)
    await expect(starting).rejects.toThrow(
      /\.handleConnection: Nest calls it for no request, so no JwtGuard acts on its decorators/,
    )
  })
})

/** Nest 11 tells clients of `ws` no refusal. */
const heardByWs = (refusal: Heard) => (isNest11 ? undefined : refusal)

/** Sends a message that is refused; what a client does not hear is over when another one was answered. */
async function refusalOf(client: Connection, event: string): Promise<Heard | undefined> {
  if (!isNest11) return client.ask(event)
  client.send(event)
  expect(await client.ask('rooms')).toEqual(['rooms', 1])
  return undefined
}

/** What a client hears in the end; a message it sent may have been refused before. */
async function closing(client: Connection): Promise<Heard> {
  const heard = await client.next()
  return heard[0] === 'exception' ? client.next() : heard
}
