import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type HttpException,
  type INestApplication,
  Injectable,
  type ModuleMetadata,
  NotFoundException,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, ExternalContextCreator } from '@nestjs/core'
import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import {
  type Auth,
  createGuard,
  CurrentAuth,
  type Guard,
  type GuardRequest,
  InjectGuard,
  JwtGuard,
  JwtGuardModule,
  OptionalAuth,
  Roles,
} from '../src/index.ts'
import { configError, createRecordingLogger, platforms, start } from './start.ts'

// JwtGuard extended, and put together with other guards.

const authority = createAuthority()
const options = authority.guardOptions()
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

const partner = createAuthority({ issuer: 'https://partner.test' })
const partnerBearer = (claims?: Record<string, unknown>) => `Bearer ${partner.token(claims)}`

const NO_TOKEN = 'Bearer realm="api"'
const NO_LONGER_ACCEPTED =
  'Bearer realm="api", error="invalid_token", error_description="The access token is no longer accepted."'

interface HttpRequest extends GuardRequest {
  auth?: Auth
  user?: unknown
}
const requestIn = (context: ExecutionContext) => context.switchToHttp().getRequest<HttpRequest>()

/** The handlers that were reached, in order. */
const reached: string[] = []

let app: INestApplication | undefined
afterEach(async () => {
  reached.length = 0
  await app?.close()
  app = undefined
})

type Headers = Record<string, string>
const ask = (path: string, headers: Headers = {}) =>
  request(app!.getHttpServer()).get(path).set(headers)

describe.each(platforms)('on %s', (_platform, createAdapter) => {
  async function startWith(
    metadata: ModuleMetadata,
    before?: (app: INestApplication) => unknown,
  ): Promise<void> {
    const imports = [JwtGuardModule.forRoot(options)]
    app = await start({ imports, ...metadata }, createAdapter, before)
  }

  /** A controller behind a guard, which answers with who it was called by. */
  function guardedBy(...guards: (Type<CanActivate> | CanActivate)[]) {
    @Controller()
    @UseGuards(...guards)
    class Orders {
      @Get()
      find(@Req() { auth, user }: HttpRequest) {
        reached.push('find')
        return { subject: auth?.subject ?? null, user: user === auth ? 'the auth' : user }
      }

      @Get('admin')
      @Roles('admin')
      admin() {
        reached.push('admin')
        return {}
      }

      @Get('optional')
      @OptionalAuth()
      optional(@Req() request: HttpRequest, @CurrentAuth() auth: Auth | undefined) {
        reached.push('optional')
        return { subject: auth?.subject ?? null, user: request.user ?? null }
      }
    }
    return Orders
  }

  it('getRequest says what a token is read of', async () => {
    @Injectable()
    class GatewayHeader extends JwtGuard {
      override getRequest(context: ExecutionContext) {
        const { headers } = requestIn(context)
        const token = headers['x-forwarded-token']
        return { headers: token === undefined ? {} : { authorization: `Bearer ${String(token)}` } }
      }
    }
    await startWith({ controllers: [guardedBy(GatewayHeader)] })
    const token = authority.token()
    await ask('/').expect(401).expect('WWW-Authenticate', NO_TOKEN)
    await ask('/', { authorization: bearer() }).expect(401)
    await ask('/', { 'x-forwarded-token': 'x' }).expect(401)
    await ask('/admin', { 'x-forwarded-token': token }).expect(403)
    expect(reached).toEqual([])
    await ask('/', { 'x-forwarded-token': token }).expect(200, {
      subject: 'alice',
      user: 'the auth',
    })
  })

  describe('mapUser', () => {
    const users = new Map([['alice', { name: 'Alice' }]])

    @Injectable()
    class Users {
      asked = 0

      async find(subject: string | undefined) {
        this.asked++
        await new Promise(setImmediate)
        return users.get(subject!)
      }
    }

    @Injectable()
    class UserGuard extends JwtGuard {
      constructor(
        @InjectGuard() guard: Guard,
        private readonly users: Users,
      ) {
        super(guard)
      }

      override mapUser({ subject }: Auth) {
        return this.users.find(subject)
      }
    }

    it('gives request.user, with what the constructor gets', async () => {
      await startWith({ controllers: [guardedBy(UserGuard)], providers: [Users] })
      const alice = { subject: 'alice', user: { name: 'Alice' } }
      const authorization = bearer()
      await ask('/', { authorization }).expect(200, alice)
      await ask('/', { authorization }).expect(200, alice)
      expect(app!.get(Users).asked).toBe(2)
      await ask('/admin', { authorization }).expect(403)
      await ask('/admin', { authorization: bearer({ roles: ['admin'] }) }).expect(200)
      await ask('/').expect(401)
      expect(app!.get(Users).asked).toBe(4)
    })

    it('is not asked where a token is optional and absent', async () => {
      await startWith({ controllers: [guardedBy(UserGuard)], providers: [Users] })
      await ask('/optional').expect(200, { subject: null, user: null })
      expect(app!.get(Users).asked).toBe(0)
      await ask('/optional', { authorization: bearer() }).expect(200, {
        subject: 'alice',
        user: { name: 'Alice' },
      })
      await ask('/optional', { authorization: bearer({ sub: 'bob' }) }).expect(401)
    })

    it.each<[what: string, mapUser: () => unknown]>([
      ['undefined', () => undefined],
      ['null', () => null],
      ['false', () => false],
      ['a promise of undefined', async () => undefined],
      ['a promise of null', async () => null],
      ['a promise of false', async () => false],
    ])('that finds nobody refuses the token: %s', async (_what, mapUser) => {
      let caught: HttpException | undefined
      @Injectable()
      class NobodyGuard extends JwtGuard {
        override mapUser = mapUser

        override async canActivate(context: ExecutionContext) {
          try {
            return await super.canActivate(context)
          } catch (exception) {
            caught = exception as HttpException
            throw exception
          }
        }
      }
      await startWith({ controllers: [guardedBy(NobodyGuard)] })
      for (const path of ['/', '/admin', '/optional']) {
        const authorization = bearer({ roles: ['admin'] })
        for (let time = 0; time < 2; time++) {
          const { body } = await ask(path, { authorization })
            .expect(401)
            .expect('WWW-Authenticate', NO_LONGER_ACCEPTED)
            .expect('Cache-Control', 'no-store')
          expect(body).toEqual({
            title: 'Unauthorized',
            status: 401,
            detail: 'The access token is no longer accepted.',
            error: 'invalid_token',
          })
          expect(caught!.cause).toMatchObject({ code: 'ERR_CHECK_FAILED' })
        }
      }
      expect(reached).toEqual([])
    })

    it.each<[what: string, user: unknown]>([
      ['an empty text', ''],
      ['0', 0],
      ['a text', 'alice'],
      ['a list', []],
    ])('may map to %s', async (_what, user) => {
      @Injectable()
      class OddGuard extends JwtGuard {
        override mapUser() {
          return user
        }
      }
      await startWith({ controllers: [guardedBy(OddGuard)] })
      await ask('/', { authorization: bearer() }).expect(200, { subject: 'alice', user })
    })

    it.each<[when: string, mapUser: () => never | Promise<never>]>([
      [
        'at once',
        () => {
          throw new NotFoundException('no such account')
        },
      ],
      ['later', async () => Promise.reject(new NotFoundException('no such account'))],
    ])('may throw an exception of its own %s', async (_when, mapUser) => {
      @Injectable()
      class ThrowingGuard extends JwtGuard {
        override mapUser() {
          return mapUser()
        }
      }
      await startWith({ controllers: [guardedBy(ThrowingGuard)] })
      const authorization = bearer({ roles: ['admin'] })
      for (const path of ['/', '/', '/admin', '/optional']) {
        const { body, headers } = await ask(path, { authorization }).expect(404)
        expect(body).toMatchObject({ message: 'no such account', statusCode: 404 })
        expect(headers).not.toHaveProperty('www-authenticate')
      }
      expect(reached).toEqual([])
    })

    it('that breaks is a 500, and not a pass', async () => {
      @Injectable()
      class BrokenGuard extends JwtGuard {
        override mapUser(): unknown {
          throw new Error('the database is away')
        }
      }
      const { logger, alarms } = createRecordingLogger()
      await startWith({ controllers: [guardedBy(BrokenGuard)] }, (app) => app.useLogger(logger))
      await ask('/', { authorization: bearer() }).expect(500)
      expect(reached).toEqual([])
      expect(alarms()).toEqual([expect.stringContaining('the database is away')])
    })

    it('may return a query that runs when it is waited for', async () => {
      let queries = 0
      class Query {
        then(resolve: (row: unknown) => unknown) {
          queries++
          setImmediate(() => resolve({ row: queries }))
        }
      }
      @Injectable()
      class QueryGuard extends JwtGuard {
        override mapUser() {
          return new Query()
        }
      }
      await startWith({ controllers: [guardedBy(QueryGuard)] })
      const user = { subject: 'alice', user: { row: 1 } }
      await ask('/', { authorization: bearer() }).expect(200, user)
      expect(queries).toBe(1)
    })
  })

  describe('together with another guard', () => {
    const seen: (string | undefined)[] = []
    afterEach(() => void (seen.length = 0))

    @Injectable()
    class TenantGuard implements CanActivate {
      canActivate(context: ExecutionContext) {
        const { auth } = requestIn(context)
        seen.push(auth?.subject)
        return auth?.subject !== 'bob'
      }
    }

    it('both must let a request pass, and the second sees what the first found', async () => {
      await startWith({ controllers: [guardedBy(JwtGuard, TenantGuard)] })
      await ask('/').expect(401).expect('WWW-Authenticate', NO_TOKEN)
      expect(seen).toEqual([])
      await ask('/', { authorization: bearer() }).expect(200)
      const response = await ask('/', { authorization: bearer({ sub: 'bob' }) }).expect(403)
      expect(response.headers).not.toHaveProperty('www-authenticate')
      expect(seen).toEqual(['alice', 'bob'])
      expect(reached).toEqual(['find'])
    })

    it('the other way round, the first sees nothing yet', async () => {
      await startWith({ controllers: [guardedBy(TenantGuard, JwtGuard)] })
      await ask('/').expect(401)
      await ask('/', { authorization: bearer() }).expect(200)
      expect(seen).toEqual([undefined, undefined])
      expect(reached).toEqual(['find'])
    })
  })

  describe('or another guard', () => {
    const API_KEY = { 'x-api-key': 'key' }

    @Injectable()
    class JwtOrApiKey implements CanActivate {
      constructor(private readonly jwtGuard: JwtGuard) {}

      async canActivate(context: ExecutionContext) {
        try {
          return await this.jwtGuard.canActivate(context)
        } catch (exception) {
          if (requestIn(context).headers['x-api-key'] === 'key') return true
          throw exception
        }
      }
    }

    @Controller()
    @UseGuards(JwtOrApiKey)
    class Orders {
      @Get()
      find(@Req() request: HttpRequest) {
        reached.push('find')
        return { subject: request.auth?.subject ?? null, user: request.user ?? null }
      }
    }

    it.each<[what: string, headers: Headers]>([
      ['no token', {}],
      ['a bad token', { authorization: bearer({ iss: 'https://evil.test' }) }],
      ['what is no token', { authorization: 'Bearer' }],
    ])('an answer without the traces of a refusal, for %s', async (_what, headers) => {
      await startWith({ controllers: [Orders] })
      const refused = await ask('/', headers)
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.headers).toHaveProperty('www-authenticate')
      expect(reached).toEqual([])

      const passed = await ask('/', { ...headers, ...API_KEY }).expect(200, {
        subject: null,
        user: null,
      })
      expect(passed.headers).not.toHaveProperty('www-authenticate')
      expect(passed.headers).not.toHaveProperty('cache-control')
      expect(passed.headers).not.toHaveProperty('retry-after')
      expect(passed.headers['content-type']).toMatch(/^application\/json\b/)
    })

    it('the token still counts where there is a good one', async () => {
      await startWith({ controllers: [Orders] })
      const authorization = bearer()
      const { body } = await ask('/', { authorization, ...API_KEY }).expect(200)
      expect(body).toMatchObject({ subject: 'alice' })
    })

    it('does not count as JwtGuard where a policy stands: it may let pass what none judged', async () => {
      await expect(startWith({ controllers: [guardedBy(JwtOrApiKey)] })).rejects.toThrow(
        configError('Orders.admin', /no JwtGuard covers it/),
      )
    })

    @Injectable()
    class ApiKeyFirst extends JwtGuard {
      override canActivate(context: ExecutionContext) {
        return requestIn(context).headers['x-api-key'] === 'key' || super.canActivate(context)
      }
    }

    it.each<[how: string, metadata: ModuleMetadata]>([
      ['by @UseGuards', { controllers: [guardedBy(ApiKeyFirst)] }],
      [
        'globally',
        {
          controllers: [guardedBy()],
          providers: [{ provide: APP_GUARD, useClass: ApiKeyFirst }],
        },
      ],
    ])('but one that extends it does: %s', async (_how, metadata) => {
      await startWith(metadata)
      await ask('/admin').expect(401)
      await ask('/admin', { authorization: bearer() }).expect(403)
      expect(reached).toEqual([])
      await ask('/admin', { authorization: bearer({ roles: ['admin'] }) }).expect(200)
      await ask('/admin', API_KEY).expect(200)
    })
  })

  describe('guards for two issuers', () => {
    @Injectable()
    class PartnerGuard extends JwtGuard {
      constructor() {
        super(createGuard({ ...partner.guardOptions(), realm: 'partners' }))
      }
    }

    @Controller('own')
    @UseGuards(JwtGuard)
    class Own {
      @Get()
      find(@CurrentAuth() { issuer }: Auth) {
        reached.push('own')
        return { issuer }
      }
    }

    @Controller('partner')
    @UseGuards(PartnerGuard)
    class Partner {
      constructor(private readonly jwtGuard: JwtGuard) {}

      @Get()
      @Roles('partner')
      find(@CurrentAuth() { issuer }: Auth, @Req() request: object) {
        reached.push('partner')
        // Another guard than the module's admitted it.
        expect(() => this.jwtGuard.guard.authOf(request)).toThrow(
          expect.objectContaining({ code: 'ERR_GUARD_MISSING' }),
        )
        return { issuer }
      }
    }

    it('stand side by side, and each has its own', async () => {
      await startWith({ controllers: [Own, Partner] })
      const good = partnerBearer({ roles: ['partner'] })
      await ask('/own', { authorization: good })
        .expect(401)
        .expect('WWW-Authenticate', /="api"/)
      await ask('/partner', { authorization: bearer({ roles: ['partner'] }) })
        .expect(401)
        .expect('WWW-Authenticate', /realm="partners", error="invalid_token"/)
      await ask('/partner', { authorization: partnerBearer() })
        .expect(403)
        .expect('WWW-Authenticate', /realm="partners", error="insufficient_scope"/)
      expect(reached).toEqual([])
      await ask('/own', { authorization: bearer() }).expect(200, { issuer: authority.issuer })
      await ask('/partner', { authorization: good }).expect(200, { issuer: partner.issuer })
    })

    it('one after the other: the last one counts, and its refusal takes back what the first found', async () => {
      const seen: (Auth | undefined)[] = []
      @Injectable()
      class Watch extends PartnerGuard {
        override async canActivate(context: ExecutionContext) {
          seen.push(requestIn(context).auth)
          try {
            return await super.canActivate(context)
          } catch {
            // Whoever goes on all the same finds nobody.
            seen.push(requestIn(context).auth)
            return true
          }
        }
      }
      @Controller()
      @UseGuards(JwtGuard, Watch)
      class Both {
        @Get()
        find(@CurrentAuth() auth: Auth) {
          reached.push('both')
          return auth
        }
      }
      await startWith({ controllers: [Both] })
      await ask('/', { authorization: bearer() }).expect(500)
      expect(seen).toEqual([expect.objectContaining({ subject: 'alice' }), undefined])
      expect(reached).toEqual([])
    })

    it('one of the core, asked by hand afterwards, gives the handler nobody: neither its own caller nor the first', async () => {
      const byHand = createGuard({
        ...partner.guardOptions(),
        tokenFrom: (req) => req.headers['x-partner'] as string,
      })
      @Injectable()
      class ByHand implements CanActivate {
        async canActivate(context: ExecutionContext) {
          if (requestIn(context).headers['x-partner'] !== undefined)
            await byHand.authenticate(requestIn(context))
          return true
        }
      }
      @Controller()
      @UseGuards(JwtGuard, ByHand)
      class Asked {
        @Get()
        find(@CurrentAuth() { issuer }: Auth) {
          reached.push('asked')
          return { issuer }
        }
      }
      await startWith({ controllers: [Asked] })
      const own = { authorization: bearer() }
      await ask('/', own).expect(200, { issuer: authority.issuer })
      await ask('/', { ...own, 'x-partner': partner.token() }).expect(500)
      expect(reached).toEqual(['asked'])
    })

    it('a user that mapUser did not find is forgotten, whoever lets the request pass then', async () => {
      @Injectable()
      class Lenient extends JwtGuard {
        override mapUser() {
          return undefined
        }
        override async canActivate(context: ExecutionContext) {
          await Promise.resolve(super.canActivate(context)).catch(() => undefined)
          return true
        }
      }
      const seen: unknown[] = []
      @Controller()
      @UseGuards(Lenient)
      class Open {
        @Get('request')
        request(@Req() request: { auth?: Auth; user?: unknown }) {
          seen.push(request.auth, request.user)
          return {}
        }
        @Get()
        find(@CurrentAuth() auth: Auth) {
          reached.push('open')
          return auth
        }
      }
      await startWith({ controllers: [Open] })
      await ask('/request', { authorization: bearer() }).expect(200)
      expect(seen).toEqual([undefined, undefined])
      await ask('/', { authorization: bearer() }).expect(500)
      expect(reached).toEqual([])
    })
  })
})

describe('a context nobody told us about', () => {
  interface Interaction {
    readonly token: string
    auth?: Auth
  }

  @Injectable()
  class InteractionGuard extends JwtGuard {
    override getRequest(context: ExecutionContext) {
      const { token } = context.getArgByIndex<Interaction>(0)
      return { headers: { authorization: `Bearer ${token}` } }
    }
  }

  class Bot {
    ban(_interaction: unknown) {
      reached.push('ban')
      return 'banned'
    }
  }

  @Injectable()
  @UseGuards(JwtGuard)
  class Unread extends Bot {}

  @Injectable()
  @UseGuards(InteractionGuard)
  class Read extends Bot {}

  @Injectable()
  @UseGuards(InteractionGuard)
  @Roles('moderator')
  class Moderated extends Bot {}

  @Injectable()
  @UseGuards(InteractionGuard)
  class ModeratedMethod extends Bot {
    @Roles('moderator')
    override ban(interaction: unknown) {
      return super.ban(interaction)
    }
  }

  async function startBot(type: Type<Bot>) {
    const { logger, alarms } = createRecordingLogger()
    app = await start(
      { imports: [JwtGuardModule.forRoot(options)], providers: [type] },
      undefined,
      (app) => app.useLogger(logger),
    )
    const bot = app.get(type)
    // As libraries for chat bots and the like have Nest call their handlers.
    const handle = app
      .get(ExternalContextCreator)
      .create(bot, bot.ban, 'ban', undefined, undefined, undefined, undefined, undefined, 'necord')
    return { handle: (...args: unknown[]) => handle(...args) as Promise<unknown>, alarms }
  }

  it.each<[what: string, args: unknown[]]>([
    ['an object', [{ headers: { authorization: bearer() } }]],
    ['a text', ['token']],
    ['nothing', []],
  ])('is denied, and says what to override: %s', async (_what, args) => {
    const { handle, alarms } = await startBot(Unread)
    await expect(handle(...args)).rejects.toMatchObject({ code: 'ERR_GUARD_MISSING', status: 500 })
    expect(reached).toEqual([])
    expect(alarms()).toContain(
      'error [JwtGuard] JwtGuard finds no request to read a token from: override getRequest(context)',
    )
  })

  it('is judged when getRequest reads it, and what it began with carries auth and user', async () => {
    const { handle } = await startBot(Read)
    await expect(handle({ token: 'x' })).rejects.toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
    expect(reached).toEqual([])
    const interaction: Interaction = { token: authority.token() }
    expect(await handle(interaction)).toBe('banned')
    expect(interaction).toMatchObject({ auth: { subject: 'alice' }, user: { subject: 'alice' } })
    expect(app!.get(JwtGuard).guard.authOf(interaction)).toBe(interaction.auth)
  })

  it.each<[where: string, type: Type<Bot>]>([
    ['of the class', Moderated],
    ['of the method', ModeratedMethod],
  ])('is judged by policies, too: %s', async (_where, type) => {
    const { handle } = await startBot(type)
    await expect(handle({ token: authority.token() })).rejects.toMatchObject({
      code: 'ERR_ROLE_INSUFFICIENT',
    })
    expect(reached).toEqual([])
    expect(await handle({ token: authority.token({ roles: ['moderator'] }) })).toBe('banned')
  })
})
