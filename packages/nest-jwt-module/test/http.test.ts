import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  type HttpException,
  type INestApplication,
  Injectable,
  InternalServerErrorException,
  type ModuleMetadata,
  type NestInterceptor,
  type PipeTransform,
  Query,
  Req,
  ServiceUnavailableException,
  Sse,
  UnauthorizedException,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core'
import { createAuthority } from '@gatewarden/testing'
import { of } from 'rxjs'
import request from 'supertest'
import {
  type Auth,
  Claim,
  createGuard,
  CurrentAuth,
  type GuardOptions,
  isGuardError,
  JwtGuard,
  JwtGuardModule,
  OptionalAuth,
  Public,
  Scopes,
  toReply,
} from '../src/index.ts'
import { createRecordingLogger, platforms, start } from './start.ts'

// What is particular to HTTP in Nest. What every adapter must answer is in guard-suite.test.ts.

const authority = createAuthority()
const options = authority.guardOptions()
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

const NO_TOKEN = 'Bearer realm="api"'
const INVALID_TOKEN =
  'Bearer realm="api", error="invalid_token", error_description="The access token is not valid."'
const LACKS_READ =
  'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="read"'

const PROBLEM = /^application\/problem\+json\b/

/** What Express and Fastify have in common. */
interface Response {
  status(status: number): { send(body: object | string): unknown }
  header(name: string, value: string): unknown
}

/** Every way a request is refused, with Nest's class for it and what the client gets. */
const refusals = [
  {
    what: 'a token in two places',
    path: '/read?access_token=x',
    token: bearer(),
    Exception: BadRequestException,
    status: 400,
    code: 'ERR_TOKEN_REPEATED',
    headers: {
      'www-authenticate':
        'Bearer realm="api", error="invalid_request", error_description="The request carries more than one access token."',
    },
    body: {
      title: 'Bad Request',
      status: 400,
      detail: 'The request carries more than one access token.',
      error: 'invalid_request',
    },
  },
  {
    what: 'no token',
    path: '/read',
    token: undefined,
    Exception: UnauthorizedException,
    status: 401,
    code: 'ERR_TOKEN_MISSING',
    headers: { 'www-authenticate': NO_TOKEN },
    body: { title: 'Unauthorized', status: 401, detail: 'An access token is required.' },
  },
  {
    what: 'a token of another issuer',
    path: '/read',
    token: bearer({ iss: 'https://evil.test', scope: 'read' }),
    Exception: UnauthorizedException,
    status: 401,
    code: 'ERR_ISSUER_UNTRUSTED',
    headers: { 'www-authenticate': INVALID_TOKEN },
    body: {
      title: 'Unauthorized',
      status: 401,
      detail: 'The access token is not valid.',
      error: 'invalid_token',
    },
  },
  {
    what: 'a token without the scope',
    path: '/read',
    token: bearer({ scope: 'write' }),
    Exception: ForbiddenException,
    status: 403,
    code: 'ERR_SCOPE_INSUFFICIENT',
    headers: { 'www-authenticate': LACKS_READ },
    body: {
      title: 'Forbidden',
      status: 403,
      detail: 'The access token lacks a required scope.',
      error: 'insufficient_scope',
      scope: 'read',
    },
  },
  {
    what: 'an outage',
    path: '/read',
    token: bearer({ sub: 'outage', scope: 'read' }),
    Exception: ServiceUnavailableException,
    status: 503,
    code: 'ERR_CHECK_UNAVAILABLE',
    headers: { 'retry-after': '5' },
    body: {
      title: 'Service Unavailable',
      status: 503,
      detail: 'A check that access tokens must pass cannot be completed.',
    },
  },
] as const

const EXCEPTIONS = [
  BadRequestException,
  UnauthorizedException,
  ForbiddenException,
  ServiceUnavailableException,
]

const failing: GuardOptions = {
  ...options,
  tokenFrom: ['header', 'query'],
  check: ({ subject }) => {
    if (subject !== 'outage') return true
    throw new Error('the database is away')
  },
}

let app: INestApplication | undefined
afterEach(() => app?.close().then(() => (app = undefined)))

describe.each(platforms)('on %s', (_platform, createAdapter) => {
  async function startWith(
    metadata: ModuleMetadata,
    before?: (app: INestApplication) => unknown,
    module = JwtGuardModule.forRoot({ ...failing, globalGuard: true }),
  ) {
    app = await start(
      { ...metadata, imports: [module, ...(metadata.imports ?? [])] },
      createAdapter,
      before,
    )
    const server = app.getHttpServer()
    return (path: string, authorization?: string) =>
      request(server)
        .get(path)
        .set(authorization === undefined ? {} : { authorization })
  }

  function createReader() {
    const seen = { reached: 0 }
    @Controller()
    class Reader {
      @Get('read')
      @Scopes('read')
      read(@CurrentAuth() { subject }: Auth) {
        seen.reached++
        return { subject }
      }
    }
    return { Reader, seen }
  }

  describe('@UseGuards(JwtGuard)', () => {
    const module = JwtGuardModule.forRoot(options)

    it('on a class guards all of its handlers', async () => {
      let reached = 0
      @Controller()
      @UseGuards(JwtGuard)
      class Orders {
        @Get('a')
        a() {
          return { a: ++reached }
        }

        @Get('b')
        b() {
          return { b: ++reached }
        }
      }
      const ask = await startWith({ controllers: [Orders] }, undefined, module)
      await ask('/a').expect(401).expect('WWW-Authenticate', NO_TOKEN)
      await ask('/b').expect(401).expect('WWW-Authenticate', NO_TOKEN)
      expect(reached).toBe(0)
      await ask('/a', bearer()).expect(200, { a: 1 })
      await ask('/b', bearer()).expect(200, { b: 2 })
    })

    it('on a method guards that one', async () => {
      let reached = 0
      @Controller()
      class Orders {
        @Get('guarded')
        @UseGuards(JwtGuard)
        @Scopes('read')
        guarded() {
          return { guarded: ++reached }
        }

        @Get('open')
        open() {
          return { open: ++reached }
        }
      }
      const ask = await startWith({ controllers: [Orders] }, undefined, module)
      await ask('/guarded').expect(401)
      await ask('/guarded', bearer()).expect(403).expect('WWW-Authenticate', LACKS_READ)
      expect(reached).toBe(0)
      await ask('/guarded', bearer({ scope: 'read' })).expect(200, { guarded: 1 })
      await ask('/open').expect(200, { open: 2 })
    })

    it('beside globalGuard judges twice, and agrees', async () => {
      @Controller()
      @UseGuards(JwtGuard)
      class Orders {
        @Get()
        @UseGuards(JwtGuard)
        find(@CurrentAuth() { subject }: Auth) {
          return { subject }
        }

        @Get('open')
        @Public()
        open() {
          return { open: true }
        }
      }
      const ask = await startWith({ controllers: [Orders] })
      await ask('/').expect(401)
      await ask('/', bearer()).expect(200, { subject: 'alice' })
      await ask('/open').expect(200, { open: true })
    })
  })

  describe.each(refusals)('$what', ({ path, token, Exception, status, code, headers, body }) => {
    it('is answered with status, challenge and a problem document, and nothing is logged', async () => {
      const { Reader, seen } = createReader()
      const { logger, alarms } = createRecordingLogger()
      const ask = await startWith({ controllers: [Reader] }, (app) => app.useLogger(logger))
      // The first time there is something to wait for, the second time there may not be.
      for (let time = 0; time < 2; time++) {
        const response = await ask(path, token)
        expect(response.status).toBe(status)
        expect(response.headers).toMatchObject({
          ...headers,
          'content-type': expect.stringMatching(PROBLEM),
          'cache-control': 'no-store',
        })
        expect('www-authenticate' in response.headers).toBe('www-authenticate' in headers)
        expect(response.body).toEqual(body)
      }
      expect(seen.reached).toBe(0)
      expect(alarms()).toEqual([])
    })

    it.each(EXCEPTIONS.map((Caught) => [Caught.name, Caught] as const))(
      `as a ${Exception.name}, judged by @Catch(%s)`,
      async (_name, Caught) => {
        const { Reader, seen } = createReader()
        let caught: HttpException | undefined
        @Catch(Caught)
        class Filter implements ExceptionFilter {
          catch(exception: HttpException, host: ArgumentsHost) {
            caught = exception
            host.switchToHttp().getResponse<Response>().status(418).send({ mine: true })
          }
        }
        const ask = await startWith({ controllers: [Reader] }, (app) =>
          app.useGlobalFilters(new Filter()),
        )
        const isCaught = Caught === Exception
        await ask(path, token).expect(isCaught ? 418 : status)
        expect(caught !== undefined).toBe(isCaught)
        expect(seen.reached).toBe(0)
        if (caught === undefined) return
        expect(caught).toBeInstanceOf(Exception)
        expect(caught.getResponse()).toEqual(body)
        expect(isGuardError(caught.cause)).toBe(true)
        expect(caught.cause).toMatchObject({ code, status })
      },
    )

    it.each([
      ['app.useGlobalFilters', false],
      ['APP_FILTER', true],
    ])('keeps its headers in the own words of a filter of %s', async (_how, isProvided) => {
      const { Reader, seen } = createReader()
      @Catch()
      class OwnErrors implements ExceptionFilter {
        catch(exception: HttpException, host: ArgumentsHost) {
          const response = host.switchToHttp().getResponse<Response>()
          response.status(exception.getStatus()).send({ mine: exception.message })
        }
      }
      const providers = isProvided ? [{ provide: APP_FILTER, useClass: OwnErrors }] : []
      const ask = await startWith(
        { controllers: [Reader], providers },
        (app) => isProvided || app.useGlobalFilters(new OwnErrors()),
      )
      const response = await ask(path, token)
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({ ...headers, 'cache-control': 'no-store' })
      expect(response.headers['content-type']).toMatch(/^application\/json\b/)
      expect(response.body).toHaveProperty('mine')
      expect(seen.reached).toBe(0)
    })

    it('leaves the media type to a filter that has one', async () => {
      const { Reader } = createReader()
      @Catch()
      class OwnType implements ExceptionFilter {
        catch(exception: HttpException, host: ArgumentsHost) {
          const response = host.switchToHttp().getResponse<Response>()
          const answer = response.status(exception.getStatus())
          response.header('content-type', 'application/vnd.mine+json; charset=utf-8')
          answer.send({ mine: true })
        }
      }
      const ask = await startWith({ controllers: [Reader] }, (app) =>
        app.useGlobalFilters(new OwnType()),
      )
      const response = await ask(path, token)
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({
        ...headers,
        'content-type': 'application/vnd.mine+json; charset=utf-8',
      })
      expect(response.body).toEqual({ mine: true })
    })

    it("keeps everything through a filter that leaves the answer to Nest's own", async () => {
      const { Reader } = createReader()
      const codes: unknown[] = []
      @Catch()
      class Audit extends BaseExceptionFilter {
        override catch(exception: HttpException, host: ArgumentsHost) {
          codes.push((exception.cause as { code: string }).code)
          super.catch(exception, host)
        }
      }
      const ask = await startWith({ controllers: [Reader] }, (app) =>
        app.useGlobalFilters(new Audit(app.get(HttpAdapterHost).httpAdapter)),
      )
      const response = await ask(path, token)
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject(headers)
      expect(response.headers['content-type']).toMatch(PROBLEM)
      expect(response.body).toEqual(body)
      expect(codes).toEqual([code])
    })

    it('can be sent by a filter that asks nothing but the cause', async () => {
      const { Reader } = createReader()
      @Catch()
      class FromCause implements ExceptionFilter {
        catch({ cause }: HttpException, host: ArgumentsHost) {
          if (!isGuardError(cause)) throw cause as Error
          const reply = toReply(cause)
          const response = host.switchToHttp().getResponse<Response>()
          for (const [name, value] of Object.entries(reply.headers)) response.header(name, value)
          response.status(reply.status).send(reply.body)
        }
      }
      const ask = await startWith({ controllers: [Reader] }, (app) =>
        app.useGlobalFilters(new FromCause()),
      )
      const response = await ask(path, token)
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject({ ...headers, 'cache-control': 'no-store' })
      expect(response.headers['content-type']).toMatch(PROBLEM)
      expect(response.body).toEqual(body)
    })
  })

  it("leaves a handler's own exceptions to the application", async () => {
    @Controller()
    class Broken {
      @Get('unauthorized')
      unauthorized() {
        throw new UnauthorizedException('the handler says so')
      }

      @Get('broken')
      broken() {
        throw Object.assign(new Error('the handler broke'), { code: 'ERR_TOKEN_EXPIRED' })
      }
    }
    const { logger, alarms } = createRecordingLogger()
    const ask = await startWith({ controllers: [Broken] }, (app) => app.useLogger(logger))
    const token = bearer()
    for (let time = 0; time < 2; time++) {
      const own = await ask('/unauthorized', token).expect(401)
      expect(own.body).toMatchObject({ message: 'the handler says so', statusCode: 401 })
      expect(own.headers).not.toHaveProperty('www-authenticate')
      expect(own.headers['content-type']).toMatch(/^application\/json/)
      const broken = await ask('/broken', token).expect(500)
      expect(broken.body).toMatchObject({ message: 'Internal server error' })
      expect(broken.headers).not.toHaveProperty('www-authenticate')
    }
    expect(alarms()).toEqual([
      expect.stringContaining('the handler broke'),
      expect.stringContaining('the handler broke'),
    ])
  })

  it('says nothing into an answer that somebody has begun', async () => {
    let exception: HttpException | undefined
    @Catch()
    class TooLate implements ExceptionFilter {
      catch(caught: HttpException, host: ArgumentsHost) {
        exception = caught
        host.switchToHttp().getResponse<Response>().status(418).send('teapot')
      }
    }
    const { Reader } = createReader()
    const ask = await startWith({ controllers: [Reader] }, (app) =>
      app.useGlobalFilters(new TooLate()),
    )
    const response = await ask('/read').expect(418)
    expect(response.headers).not.toHaveProperty('www-authenticate')
    expect(exception!.getStatus()).toBe(401)
  })

  it('comes before interceptors and pipes', async () => {
    const steps: string[] = []
    @Injectable()
    class Trace implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler) {
        const { auth } = context.switchToHttp().getRequest<{ auth: Auth }>()
        steps.push(`interceptor for ${auth.subject}`)
        return next.handle()
      }
    }
    @Injectable()
    class Parse implements PipeTransform {
      transform(value: unknown) {
        steps.push('pipe')
        return value
      }
    }
    @Controller()
    class Orders {
      @Get()
      @UseInterceptors(Trace)
      find(@Query('q', Parse) _q: string) {
        steps.push('handler')
        return {}
      }
    }
    const ask = await startWith({ controllers: [Orders] })
    await ask('/?q=1').expect(401)
    await ask('/?q=1', bearer({ sub: 'outage' })).expect(503)
    expect(steps).toEqual([])
    await ask('/?q=1', bearer()).expect(200)
    expect(steps).toEqual(['interceptor for alice', 'pipe', 'handler'])
  })

  it('refuses a stream of events before it opens', async () => {
    let reached = 0
    @Controller()
    class Events {
      @Sse('events')
      events(@CurrentAuth() { subject }: Auth) {
        reached++
        return of({ data: { subject } })
      }
    }
    const ask = await startWith({ controllers: [Events] })
    await ask('/events')
      .expect(401)
      .expect('WWW-Authenticate', NO_TOKEN)
      .expect('Content-Type', PROBLEM)
    expect(reached).toBe(0)
    const { text } = await ask('/events', bearer()).expect(200)
    expect(text).toContain('data: {"subject":"alice"}')
  })

  describe('who the request is from', () => {
    it('is in request.auth, request.user, @CurrentAuth() and guard.authOf(request), and the same', async () => {
      const guard = createGuard(options)
      const found: unknown[] = []
      @Controller()
      class Orders {
        constructor(private readonly jwtGuard: JwtGuard) {}

        @Get()
        find(@Req() req: { auth: Auth; user: Auth }, @CurrentAuth() auth: Auth) {
          found.push(auth, req.auth, req.user, this.jwtGuard.guard.authOf(req), guard.authOf(req))
          return { subject: auth.subject }
        }
      }
      const ask = await startWith(
        { controllers: [Orders] },
        undefined,
        JwtGuardModule.forRoot({ guard, globalGuard: true }),
      )
      await ask('/', bearer()).expect(200, { subject: 'alice' })
      expect(found).toHaveLength(5)
      for (const auth of found) expect(auth).toBe(found[0])
      expect(Object.isFrozen(found[0])).toBe(true)
    })

    it('is undefined where a token is optional and absent', async () => {
      const found: unknown[] = []
      @Controller()
      class Orders {
        @Get()
        @OptionalAuth()
        find(
          @Req() req: { auth?: Auth; user?: Auth },
          @CurrentAuth() auth: Auth | undefined,
          @Claim('sub') subject: string | undefined,
        ) {
          found.push(auth, req.auth, req.user, subject)
          return { set: 'auth' in req && 'user' in req }
        }
      }
      const ask = await startWith({ controllers: [Orders] })
      await ask('/').expect(200, { set: true })
      expect(found).toEqual([undefined, undefined, undefined, undefined])
    })

    it('goes through pipes, given as classes and as objects', async () => {
      @Injectable()
      class SubjectOf implements PipeTransform<Auth, string | undefined> {
        transform({ subject }: Auth) {
          return subject
        }
      }
      const upperCase: PipeTransform = { transform: (text: string) => text.toUpperCase() }
      @Controller()
      class Orders {
        @Get()
        find(
          @CurrentAuth(SubjectOf, upperCase) auth: string,
          @Claim('sub', upperCase) sub: string,
          @Claim('iss') iss: string,
        ) {
          return { auth, sub, iss }
        }
      }
      const ask = await startWith({ controllers: [Orders] })
      await ask('/', bearer()).expect(200, { auth: 'ALICE', sub: 'ALICE', iss: authority.issuer })
    })

    it('has no claims but its own', async () => {
      @Controller()
      class Orders {
        @Get()
        find(
          @Claim('constructor') constructor: unknown,
          @Claim('__proto__') proto: unknown,
          @Claim('toString') toString: unknown,
          @Claim('absent') absent: unknown,
          @Claim('nothing') nothing: unknown,
        ) {
          return [constructor, proto, toString, absent, nothing].map((value) => String(value))
        }
      }
      const ask = await startWith({ controllers: [Orders] })
      const absent = 'undefined'
      await ask('/', bearer()).expect(200, [absent, absent, absent, absent, absent])
      const claims = { constructor: 'builder', toString: 5, nothing: null }
      await ask('/', bearer(claims)).expect(200, ['builder', absent, '5', absent, 'null'])
    })

    const parameters: [name: string, parameter: () => ParameterDecorator][] = [
      ['@CurrentAuth()', () => CurrentAuth()],
      ["@Claim('sub')", () => Claim('sub')],
    ]
    it.each(parameters)(
      '%s on a handler no guard judges answers 500 and says which, whatever the token',
      async (_name, parameter) => {
        let reached = 0
        const { logger, alarms } = createRecordingLogger()
        const module = JwtGuardModule.forRoot(options)
        @Controller()
        class Guarded {
          @Get('guarded')
          @Public()
          @UseGuards(JwtGuard)
          guarded(@parameter() _auth: unknown) {
            reached++
          }
        }
        @Controller()
        class Open {
          @Get('open')
          open(@parameter() _auth: unknown) {
            reached++
          }
        }
        const ask = await startWith(
          { controllers: [Guarded, Open] },
          (app) => app.useLogger(logger),
          module,
        )
        for (const token of [undefined, bearer()]) {
          for (const path of ['/guarded', '/open']) {
            const { body, headers } = await ask(path, token).expect(500)
            expect(body).toEqual({ statusCode: 500, message: 'Internal server error' })
            expect(headers).not.toHaveProperty('www-authenticate')
          }
        }
        expect(reached).toBe(0)
        expect(alarms()).toHaveLength(4)
        expect(alarms()[0]).toContain(
          'Guarded.guarded is @Public(), so no token was looked for: use @OptionalAuth()',
        )
        expect(alarms()[1]).toContain('no JwtGuard judged the request to Open.open')
      },
    )
  })

  it('a refusal the application itself cannot help is an InternalServerErrorException', async () => {
    @Injectable()
    class Blind extends JwtGuard {
      override getRequest() {
        return undefined
      }
    }
    let reached = 0
    @Controller()
    class Orders {
      @Get()
      @UseGuards(Blind)
      find() {
        reached++
      }
    }
    let caught: unknown
    @Catch()
    class Filter extends BaseExceptionFilter {
      override catch(exception: HttpException, host: ArgumentsHost) {
        caught = exception
        super.catch(exception, host)
      }
    }
    const { logger, alarms } = createRecordingLogger()
    const ask = await startWith(
      { controllers: [Orders] },
      (app) => {
        app.useLogger(logger)
        app.useGlobalFilters(new Filter(app.get(HttpAdapterHost).httpAdapter))
      },
      JwtGuardModule.forRoot(options),
    )
    const { body } = await ask('/', bearer()).expect(500)
    expect(body).toEqual({
      title: 'Internal Server Error',
      status: 500,
      detail: 'The server is not set up to answer this request.',
    })
    expect(caught).toBeInstanceOf(InternalServerErrorException)
    expect((caught as HttpException).cause).toMatchObject({ code: 'ERR_GUARD_MISSING' })
    expect(reached).toBe(0)
    expect(alarms()).toEqual([expect.stringContaining('override getRequest(context)')])
  })
})
