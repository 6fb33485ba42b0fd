import {
  Controller,
  Get,
  type INestApplication,
  type INestMicroservice,
  Injectable,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { ExternalContextCreator } from '@nestjs/core'
import { MessagePattern } from '@nestjs/microservices'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { lastValueFrom } from 'rxjs'
import request from 'supertest'
import {
  type Auth,
  CurrentAuth,
  type GuardRequest,
  JwtGuard,
  JwtGuardModule,
  OptionalAuth,
  Public,
  Roles,
} from '../src/index.ts'
import { clientOf, createPrintingLogger, tcp } from './start-contexts.ts'
import { start } from './start.ts'

const clock = createTestClock()
const authority = createAuthority({ clock })
const guard = authority.guardOptions()
const { token } = authority

/** The handlers that ran. */
const reached: string[] = []
/** What one test starts, and the next must not meet. */
const open: { close(): unknown }[] = []
afterEach(async () => {
  reached.length = 0
  for (const each of open.splice(0).reverse()) await each.close()
})

const NO_TOKEN = {
  status: 'error',
  message: 'An access token is required.',
  statusCode: 401,
  code: 16,
}
const NO_ROLE = {
  status: 'error',
  message: 'The access token lacks a required role.',
  statusCode: 403,
  error: 'insufficient_scope',
  code: 7,
}
/** How Nest answers a mistake. */
const UNCOVERED = {
  status: 'error',
  message: 'The server is not set up to answer this request.',
  statusCode: 500,
  code: 13,
}
const MISTAKE = { status: 'error', message: 'Internal server error' }

describe('an application for HTTP with a microservice', () => {
  @Controller()
  class Orders {
    @Get('orders')
    @MessagePattern('list')
    list() {
      reached.push('list')
      return 'listed'
    }

    @Get('clear')
    @MessagePattern('clear')
    @Roles('admin')
    clear() {
      reached.push('clear')
      return 'cleared'
    }

    @MessagePattern('count')
    @Roles('admin')
    count() {
      reached.push('count')
      return 1
    }

    @MessagePattern('greet')
    @OptionalAuth()
    greet(@CurrentAuth() auth: Auth | undefined) {
      reached.push('greet')
      return auth?.subject ?? 'nobody'
    }

    @MessagePattern('prices')
    @Public()
    prices() {
      reached.push('prices')
      return 'prices'
    }
  }

  @Controller()
  @UseGuards(JwtGuard)
  class Guarded extends Orders {}

  async function startHybrid(
    controller: Type<unknown>,
    { globalGuard = true, inheritAppConfig = false },
  ) {
    const { logger, lines } = createPrintingLogger()
    let microservice: INestMicroservice | undefined
    const app = await start(
      { imports: [JwtGuardModule.forRoot({ ...guard, globalGuard })], controllers: [controller] },
      undefined,
      (app) => {
        app.useLogger(logger)
        microservice = app.connectMicroservice(tcp, { inheritAppConfig })
      },
    )
    await app.startAllMicroservices()
    open.push(app)
    const client = clientOf(microservice!)
    open.push(client)
    const ask = (pattern: string, authorization?: string) =>
      lastValueFrom(client.send<unknown>(pattern, { authorization }))
    return { app, ask, lines }
  }

  describe('that does not inherit the configuration', () => {
    const start = () => startHybrid(Orders, {})

    it('DOES NOT GUARD message handlers without decorators, whatever globalGuard says', async () => {
      const { ask } = await start()
      expect(await ask('list')).toBe('listed')
      expect(await ask('list', 'bad')).toBe('listed')
    })

    it('denies what carries a policy, whoever asks, and says so loudly', async () => {
      const { ask, lines } = await start()
      for (const pattern of ['count', 'clear']) {
        await expect(ask(pattern)).rejects.toEqual(UNCOVERED)
        await expect(ask(pattern, token({ roles: ['admin'] }))).rejects.toEqual(UNCOVERED)
        expect(lines.splice(0)).toEqual(
          Array(2).fill(
            expect.stringContaining(
              `Orders.${pattern}: it carries a policy, and no JwtGuard judged the request`,
            ),
          ),
        )
      }
      expect(reached).toEqual([])
    })

    it('knows nobody where a token is optional', async () => {
      const { ask } = await start()
      await expect(ask('greet', token())).rejects.toEqual(MISTAKE)
      expect(reached).toEqual([])
    })

    it('guards HTTP all the same', async () => {
      const { app } = await start()
      const server = app.getHttpServer() as never
      await request(server).get('/orders').expect(401)
      await request(server).get('/clear').set('Authorization', `Bearer ${token()}`).expect(403)
      expect(reached).toEqual([])
    })
  })

  describe.each([
    ['that inherits the configuration', Orders, { inheritAppConfig: true }],
    ['with @UseGuards(JwtGuard)', Guarded, {}],
    ['with @UseGuards(JwtGuard) and no globalGuard', Guarded, { globalGuard: false }],
    ['with all of that', Guarded, { inheritAppConfig: true }],
  ])('%s', (_how, controller, options) => {
    it('guards message handlers', async () => {
      const { ask, lines } = await startHybrid(controller, options)
      const admin = token({ roles: ['admin'] })
      for (const pattern of ['list', 'clear', 'count']) {
        await expect(ask(pattern)).rejects.toEqual(NO_TOKEN)
      }
      for (const pattern of ['clear', 'count']) {
        await expect(ask(pattern, token())).rejects.toEqual(NO_ROLE)
      }
      expect(reached).toEqual([])
      expect(await ask('list', token())).toBe('listed')
      expect(await ask('clear', admin)).toBe('cleared')
      expect(await ask('count', admin)).toBe(1)
      expect(await ask('greet')).toBe('nobody')
      expect(await ask('greet', token())).toBe('alice')
      expect(await ask('prices', 'bad')).toBe('prices')
      expect(lines).toEqual([])
    })
  })
})

describe('a context of another kind', () => {
  /** As packages for bots and the like have Nest call their handlers. */
  function callerOf(app: INestApplication, type: Type<{ handle(message: object): unknown }>) {
    const handler = app.get(type)
    return app
      .get(ExternalContextCreator)
      .create(handler, handler.handle as never, 'handle', ...NOTHING, 'telegraf')
  }
  const NOTHING = [undefined, undefined, undefined, undefined, undefined] as const

  @Injectable()
  class Bot {
    handle() {
      reached.push('handle')
      return 'handled'
    }
  }

  it('is denied, as nobody knows where its tokens are', async () => {
    const { logger, lines } = createPrintingLogger()
    const imports = [JwtGuardModule.forRoot({ ...guard, globalGuard: true })]
    const app = await start({ imports, providers: [Bot] }, undefined, (app) => {
      app.useLogger(logger)
    })
    open.push(app)
    const call = callerOf(app, Bot)
    const message = { headers: { authorization: `Bearer ${token()}` } }
    await expect(call(message)).rejects.toMatchObject({ code: 'ERR_GUARD_MISSING', status: 500 })
    await expect(call()).rejects.toMatchObject({ code: 'ERR_GUARD_MISSING' })
    expect(reached).toEqual([])
    expect(lines[0]).toContain('override getRequest(context)')
  })

  it('is guarded where getRequest says where they are', async () => {
    @Injectable()
    class BotGuard extends JwtGuard {
      override getRequest(context: { getArgByIndex<T>(index: number): T }): GuardRequest {
        const { authorization } = context.getArgByIndex<{ authorization?: string }>(0)
        return { headers: { authorization } }
      }
    }

    @Injectable()
    @UseGuards(BotGuard)
    class Guarded extends Bot {
      @Roles('admin')
      override handle() {
        return super.handle()
      }
    }
    const imports = [JwtGuardModule.forRoot(guard)]
    const app = await start({ imports, providers: [Guarded, BotGuard] })
    open.push(app)
    const call = callerOf(app, Guarded)
    const messageOf = (claims: object) => ({ authorization: `Bearer ${token({ ...claims })}` })
    await expect(call({})).rejects.toMatchObject({ code: 'ERR_TOKEN_MISSING' })
    await expect(call(messageOf({}))).rejects.toMatchObject({ code: 'ERR_ROLE_INSUFFICIENT' })
    expect(reached).toEqual([])
    expect(await call(messageOf({ roles: ['admin'] }))).toBe('handled')
  })
})
