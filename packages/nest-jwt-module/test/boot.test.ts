import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Post,
  type Provider,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import {
  ClientProxyFactory,
  MessagePattern,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices'
import { WsAdapter } from '@nestjs/platform-ws'
import { Test } from '@nestjs/testing'
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { createAuthority } from '@gatewarden/testing'
import { lastValueFrom } from 'rxjs'
import request from 'supertest'
import { WebSocket } from 'ws'
import {
  type Auth,
  createGuard,
  CurrentAuth,
  JwtGuard,
  JwtGuardModule,
  OptionalAuth,
  Public,
  Roles,
  Scopes,
} from '../src/index.ts'
import { configError, createRecordingLogger, platforms, start } from './start.ts'

// What must stop the boot, what must not, and what happens where nobody looked at the boot.

const authority = createAuthority()
const options = authority.guardOptions()
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

const NO_GUARD =
  /no JwtGuard covers it: import JwtGuardModule\.forRoot\(\{ …, globalGuard: true \}\) in the root module, or add @UseGuards\(JwtGuard\)/
const ANSWERS_NOBODY = /Nest calls it for no request, so no JwtGuard acts on its decorators/
const CONTRADICTION = /@Public\(\) contradicts the decorators beside it/
const REPLACED = /it replaces a method with decorators of ours: put them above what replaces it/

/** The handlers that were reached, in order. */
const reached: string[] = []

let app: INestApplication | undefined
afterEach(async () => {
  reached.length = 0
  await app?.close()
  app = undefined
})

async function boot(
  { imports = [], ...metadata }: ModuleMetadata,
  globalGuard = false,
  before?: (app: INestApplication) => unknown,
): Promise<string> {
  const module = JwtGuardModule.forRoot({ ...options, globalGuard })
  app = await start({ imports: [module, ...imports], ...metadata }, undefined, before)
  return 'booted'
}

const ask = (path: string, authorization?: string) =>
  request(app!.getHttpServer())
    .get(path)
    .set(authorization === undefined ? {} : { authorization })

/** Makes an application answer messages, too. */
async function startMessages(app: INestApplication, inheritAppConfig: boolean) {
  const tcp: TcpOptions = { transport: Transport.TCP, options: { port: 0 } }
  const microservice = app.connectMicroservice(tcp, { inheritAppConfig })
  await app.startAllMicroservices()
  await app.init()
  const { port } = microservice.unwrap<Server>().address() as AddressInfo
  return async (pattern: string, authorization?: string) => {
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } })
    try {
      return await lastValueFrom(client.send<unknown>(pattern, { authorization }))
    } catch (error) {
      return error
    } finally {
      client.close()
    }
  }
}

/** Replaces a method by one that knows nothing of what was written above the first. */
const Replace: MethodDecorator = (_target, _name, descriptor) => {
  const method = descriptor.value as (...args: unknown[]) => unknown
  const replaced = function (this: unknown, ...args: unknown[]) {
    return method.apply(this, args)
  }
  descriptor.value = replaced as never
}

/** As decorators for logging and transactions should do it. */
const Wrap: MethodDecorator = (target, name, descriptor) => {
  const method = descriptor.value as object
  Replace(target, name, descriptor)
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), descriptor.value as object)
  }
}

@Injectable()
class OtherGuard implements CanActivate {
  canActivate() {
    return true
  }
}

@Injectable()
class MyGuard extends JwtGuard {}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedGuard extends JwtGuard {}

describe('a decorator where no guard acts on it stops the boot', () => {
  const marks: [name: string, mark: () => ClassDecorator & MethodDecorator][] = [
    ['@Roles()', () => Roles('admin')],
    ['@Scopes()', () => Scopes('read')],
    ['@Public()', () => Public()],
    ['@OptionalAuth()', () => OptionalAuth()],
  ]

  it.each(marks)('%s on a method', async (_name, mark) => {
    @Controller()
    class Orders {
      @Get('open')
      open() {
        reached.push('open')
      }

      @Get()
      @mark()
      find() {
        reached.push('find')
      }
    }
    await expect(boot({ controllers: [Orders] })).rejects.toThrow(
      configError('Orders.find', NO_GUARD),
    )
    await expect(boot({ controllers: [Orders] }, true)).resolves.toBe('booted')
  })

  it.each(marks)('%s on a class', async (_name, mark) => {
    @Controller()
    @mark()
    class Orders {
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(boot({ controllers: [Orders] })).rejects.toThrow(
      configError('Orders.find', NO_GUARD),
    )
    await expect(boot({ controllers: [Orders] }, true)).resolves.toBe('booted')
  })

  it.each(marks.slice(0, 2))('%s of a base class', async (_name, mark) => {
    @mark()
    abstract class Base {}
    @Controller()
    class Orders extends Base {
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(boot({ controllers: [Orders] })).rejects.toThrow(
      configError('Orders.find', NO_GUARD),
    )
    await expect(boot({ controllers: [Orders] }, true)).resolves.toBe('booted')
  })

  it('on an inherited handler', async () => {
    abstract class Base {
      @Get()
      @Roles('admin')
      find() {
        reached.push('find')
      }
    }
    @Controller('guarded')
    @UseGuards(JwtGuard)
    class Guarded extends Base {}
    @Controller('open')
    class Open extends Base {}
    await expect(boot({ controllers: [Guarded, Open] })).rejects.toThrow(
      configError('Open.find', NO_GUARD),
    )
    await expect(boot({ controllers: [Guarded] })).resolves.toBe('booted')
  })

  it('in a module that is imported by another', async () => {
    @Controller()
    class Orders {
      @Get()
      @Roles('admin')
      find() {
        reached.push('find')
      }
    }
    @Module({ controllers: [Orders] })
    class OrdersModule {}
    @Module({ imports: [OrdersModule] })
    class ShopModule {}
    await expect(boot({ imports: [ShopModule] })).rejects.toThrow(configError('Orders.find'))
  })

  it.each<[where: string, guards: () => (ClassDecorator & MethodDecorator)[]]>([
    ['another guard', () => [UseGuards(OtherGuard)]],
    ['an object that is a guard', () => [UseGuards({ canActivate: () => true })]],
  ])('behind %s', async (_which, guards) => {
    @Controller()
    class Orders {
      @Get()
      @Roles('admin')
      find() {
        reached.push('find')
      }
    }
    for (const guard of guards()) guard(Orders)
    const providers = [{ provide: APP_GUARD, useClass: OtherGuard }]
    await expect(boot({ controllers: [Orders], providers })).rejects.toThrow(
      configError('Orders.find', NO_GUARD),
    )
  })

  it('on a handler of which another one is guarded', async () => {
    @Controller()
    class Orders {
      @Get('guarded')
      @Roles('admin')
      @UseGuards(JwtGuard)
      guarded() {
        reached.push('guarded')
      }

      @Get('open')
      @Roles('admin')
      open() {
        reached.push('open')
      }
    }
    await expect(boot({ controllers: [Orders] })).rejects.toThrow(
      configError('Orders.open', NO_GUARD),
    )
  })

  describe('with a global guard, too, where Nest calls it for no request', () => {
    it.each(marks)('%s on a method of a provider', async (_name, mark) => {
      @Injectable()
      class Jobs {
        @mark()
        run() {
          reached.push('run')
        }
      }
      const providers: Provider[] = [Jobs]
      await expect(boot({ providers }, true)).rejects.toThrow(
        configError('Jobs.run', ANSWERS_NOBODY),
      )
      const values: Provider[] = [{ provide: 'jobs', useValue: new Jobs() }]
      await expect(boot({ providers: values }, true)).rejects.toThrow(
        configError('Jobs.run', ANSWERS_NOBODY),
      )
      const factories: Provider[] = [{ provide: 'jobs', useFactory: async () => new Jobs() }]
      await expect(boot({ providers: factories }, true)).rejects.toThrow(
        configError('Jobs.run', ANSWERS_NOBODY),
      )
    })

    it.each(marks)('%s on a provider', async (_name, mark) => {
      @Injectable()
      @mark()
      class Jobs {
        run() {
          reached.push('run')
        }
      }
      await expect(boot({ providers: [Jobs] }, true)).rejects.toThrow(
        configError('Jobs', ANSWERS_NOBODY),
      )
    })

    it.each(marks)('%s on a method of a controller that is no handler', async (_name, mark) => {
      @Controller()
      class Orders {
        @mark()
        plain() {
          reached.push('plain')
        }
      }
      await expect(boot({ controllers: [Orders] }, true)).rejects.toThrow(
        configError('Orders.plain', ANSWERS_NOBODY),
      )
    })

    it.each(marks)('%s on a controller without handlers', async (_name, mark) => {
      @Controller()
      @mark()
      class Orders {
        plain() {
          reached.push('plain')
        }
      }
      await expect(boot({ controllers: [Orders] }, true)).rejects.toThrow(
        configError('Orders', ANSWERS_NOBODY),
      )
    })

    it('on a route of a class that is a provider, and no controller', async () => {
      @Controller()
      class Orders {
        @Get()
        @Roles('admin')
        find() {
          reached.push('find')
        }
      }
      await expect(boot({ providers: [Orders] }, true)).rejects.toThrow(
        configError('Orders.find', ANSWERS_NOBODY),
      )
    })
  })

  it('in a microservice', async () => {
    @Controller()
    class Orders {
      @MessagePattern('find')
      @Roles('admin')
      find() {
        reached.push('find')
      }
    }
    const testing = await Test.createTestingModule({
      imports: [JwtGuardModule.forRoot(options)],
      controllers: [Orders],
    }).compile()
    const service = testing.createNestMicroservice<TcpOptions>({
      transport: Transport.TCP,
      logger: false,
    })
    await expect(service.init()).rejects.toThrow(configError('Orders.find', NO_GUARD))
  })
})

describe('decorators that contradict each other stop the boot', () => {
  it.each([
    ['@Public() and a policy', () => [Public(), Roles('admin')]],
    ['a policy and @Public()', () => [Roles('admin'), Public()]],
    ['@Public() and @OptionalAuth()', () => [Public(), OptionalAuth()]],
  ])('%s', async (_what, decorators) => {
    class Methods {
      find() {
        reached.push('find')
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Methods.prototype, 'find')!
    for (const decorator of [Get(), ...decorators()]) {
      decorator(Methods.prototype, 'find', descriptor)
    }
    Controller()(Methods)
    await expect(boot({ controllers: [Methods] }, true)).rejects.toThrow(
      configError('Methods.find', CONTRADICTION),
    )

    @Controller()
    class Classes {
      @Get()
      find() {
        reached.push('find')
      }
    }
    for (const decorator of decorators()) decorator(Classes)
    await expect(boot({ controllers: [Classes] }, true)).rejects.toThrow(
      configError('Classes', CONTRADICTION),
    )
  })

  it('@Public() on a class that extends one with policies', async () => {
    @Roles('admin')
    abstract class Base {}
    @Controller()
    @Public()
    class Orders extends Base {
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(boot({ controllers: [Orders] }, true)).rejects.toThrow(
      configError('Orders', CONTRADICTION),
    )
  })

  it('but not a method that is public in a class with policies, nor one with a token that may be absent', async () => {
    @Controller()
    @Roles('admin')
    class Orders {
      @Get('open')
      @Public()
      open() {
        reached.push('open')
      }
    }
    @Controller()
    @Public()
    class Pages {
      @Get('page')
      @OptionalAuth()
      page() {
        reached.push('page')
      }
    }
    await expect(boot({ controllers: [Orders, Pages] }, true)).resolves.toBe('booted')
  })
})

describe('a method that replaces one with decorators of ours', () => {
  it.each<[what: string, above: MethodDecorator[], below: MethodDecorator[]]>([
    ['above the policy', [Get(), Replace, Roles('admin')], []],
    ['above the policy and the route', [Replace, Get(), Roles('admin')], []],
    ['above @Public()', [Get(), Replace, Public()], []],
    ['above @OptionalAuth()', [Get(), Replace, OptionalAuth()], []],
  ])('stops the boot when the decorator that did it stands %s', async (_where, decorators) => {
    class Orders {
      find() {
        reached.push('find')
      }
    }
    decorateWith(Orders, 'find', decorators)
    await expect(boot({ controllers: [Orders] }, true)).rejects.toThrow(
      configError('Orders.find', REPLACED),
    )
  })

  it.each<[what: string, decorators: MethodDecorator[]]>([
    ['a decorator below ours', [Get(), Roles('admin'), Replace]],
    ['one above that takes over what was written', [Wrap, Get(), Roles('admin')]],
    ['one between that takes over what was written', [Get(), Wrap, Roles('admin')]],
  ])('is guarded as it says when it was %s', async (_where, decorators) => {
    class Orders {
      find() {
        reached.push('find')
        return {}
      }
    }
    decorateWith(Orders, 'find', decorators)
    await boot({ controllers: [Orders] }, true)
    await ask('/').expect(401)
    await ask('/', bearer()).expect(403)
    expect(reached).toEqual([])
    await ask('/', bearer({ roles: ['admin'] })).expect(200)
    expect(reached).toEqual(['find'])
  })

  it.each<[what: string, decorators: MethodDecorator[]]>([
    ['with a route', [Get()]],
    ['without any', []],
  ])(
    'stops the boot when a class overrides one of its base class, %s',
    async (_how, decorators) => {
      abstract class Base {
        @Get()
        @Roles('admin')
        find() {
          reached.push('base')
        }
      }
      class Orders extends Base {
        override find() {
          reached.push('find')
        }
      }
      decorateWith(Orders, 'find', decorators)
      await expect(boot({ controllers: [Orders] }, true)).rejects.toThrow(
        configError('Orders.find', REPLACED),
      )
    },
  )

  it('does not when it says for itself what it asks for', async () => {
    abstract class Base {
      @Get()
      @Roles('admin')
      find() {
        reached.push('base')
      }
    }
    @Controller()
    class Orders extends Base {
      @Get()
      @Public()
      override find() {
        reached.push('find')
      }
    }
    await boot({ controllers: [Orders] }, true)
    await ask('/').expect(200)
    expect(reached).toEqual(['find'])
  })

  function decorateWith(type: Type<unknown>, name: string, decorators: MethodDecorator[]): void {
    const prototype = type.prototype as object
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!
    for (const decorator of [...decorators].reverse()) decorator(prototype, name, descriptor)
    Object.defineProperty(prototype, name, descriptor)
    Controller()(type)
  }
})

describe.each(platforms)('what boots on %s, and is guarded', (_platform, createAdapter) => {
  @Controller()
  class Orders {
    @Get()
    @Roles('admin')
    find(@CurrentAuth() { subject }: Auth) {
      reached.push('find')
      return { subject }
    }

    @Get('public')
    @Public()
    public() {
      reached.push('public')
    }
  }

  const module = JwtGuardModule.forRoot(options)

  async function isGuarded() {
    await ask('/').expect(401).expect('WWW-Authenticate', 'Bearer realm="api"')
    await ask('/', bearer({ iss: 'https://evil.test', roles: ['admin'] })).expect(401)
    await ask('/', bearer()).expect(403)
    expect(reached).toEqual([])
    await ask('/', bearer({ roles: ['admin'] })).expect(200, { subject: 'alice' })
    await ask('/public').expect(200)
    expect(reached).toEqual(['find', 'public'])
  }

  it('app.useGlobalGuards(app.get(JwtGuard))', async () => {
    app = await start({ imports: [module], controllers: [Orders] }, createAdapter, (app) =>
      app.useGlobalGuards(app.get(JwtGuard)),
    )
    await isGuarded()
  })

  it('app.useGlobalGuards(new JwtGuard(guard))', async () => {
    app = await start({ imports: [module], controllers: [Orders] }, createAdapter, (app) =>
      app.useGlobalGuards(new MyGuard(createGuard(options))),
    )
    await isGuarded()
  })

  it.each<[what: string, providers: Provider[]]>([
    ['JwtGuard', [{ provide: APP_GUARD, useClass: JwtGuard }]],
    ['a class that extends it', [{ provide: APP_GUARD, useClass: MyGuard }]],
    [
      'a provider that is one of a class that extends it',
      [MyGuard, { provide: APP_GUARD, useExisting: MyGuard }],
    ],
    [
      'what a factory makes',
      [
        {
          provide: APP_GUARD,
          inject: [JwtGuard],
          useFactory: ({ guard }: JwtGuard) => new MyGuard(guard),
        },
      ],
    ],
    ['a request-scoped class', [{ provide: APP_GUARD, useClass: RequestScopedGuard }]],
    [
      'a class in the scope of the request',
      [{ provide: APP_GUARD, useClass: MyGuard, scope: Scope.REQUEST }],
    ],
    [
      'a request-scoped provider',
      [
        RequestScopedGuard,
        { provide: APP_GUARD, useExisting: RequestScopedGuard, scope: Scope.REQUEST } as Provider,
      ],
    ],
  ])('APP_GUARD with %s', async (_what, providers) => {
    app = await start({ imports: [module], controllers: [Orders], providers }, createAdapter)
    await isGuarded()
  })

  it.each<[what: string, guard: Type<CanActivate> | CanActivate, providers?: Provider[]]>([
    ['JwtGuard', JwtGuard],
    ['a class that extends it', MyGuard],
    ['a request-scoped class', RequestScopedGuard],
    ['one made already', new MyGuard(createGuard(options))],
  ])('@UseGuards with %s', async (_what, guard) => {
    @Controller()
    @UseGuards(guard)
    class OnTheClass extends Orders {}
    app = await start({ imports: [module], controllers: [OnTheClass] }, createAdapter)
    await isGuarded()
  })
})

it('a controller made for every request is guarded like any other', async () => {
  @Controller({ scope: Scope.REQUEST })
  @Roles('staff')
  class Orders {
    @Get()
    @Roles('admin')
    find() {
      reached.push('find')
      return {}
    }
  }
  await boot({ controllers: [Orders] }, true)
  await ask('/').expect(401)
  await ask('/', bearer({ roles: ['admin'] })).expect(403)
  await ask('/', bearer({ roles: ['staff'] })).expect(403)
  expect(reached).toEqual([])
  await ask('/', bearer({ roles: ['staff', 'admin'] })).expect(200)
})

describe('what boots', () => {
  it('providers of every kind', async () => {
    const values = [undefined, null, 0, 'text', Symbol('s'), [], {}, Object.create(null), () => 5]
    class Service {
      get broken(): string {
        throw new Error('nobody must look')
      }

      run() {
        return 5
      }
    }
    const providers: Provider[] = [
      Service,
      { provide: 'value', useValue: new Service() },
      { provide: 'class', useValue: Service },
      { provide: 'proxy', useValue: new Proxy(new Service(), {}) },
      { provide: 'map', useValue: new Map() },
      { provide: 'alias', useExisting: Service },
      { provide: 'late', useFactory: async () => new Service() },
      ...values.map((useValue, at) => ({ provide: `value ${at}`, useValue })),
    ]
    const { logger, alarms } = createRecordingLogger()
    await expect(boot({ providers }, true, (app) => app.useLogger(logger))).resolves.toBe('booted')
    expect(alarms()).toEqual([])
  })

  it('an application without any decorator of ours', async () => {
    @Controller()
    class Orders {
      @Get()
      find() {
        reached.push('find')
      }
    }
    await boot({ controllers: [Orders] })
    await ask('/').expect(200)
  })

  it('an application context, which answers nobody, whatever has no guard', async () => {
    @Controller()
    @Roles('admin')
    class Orders {
      @Get()
      @Public()
      find() {
        return 'found'
      }

      @Post()
      @Roles('clerk')
      add() {
        return 'added'
      }
    }
    @Module({ imports: [JwtGuardModule.forRoot(options)], controllers: [Orders] })
    class ShopModule {}
    const context = await NestFactory.createApplicationContext(ShopModule, { logger: false })
    expect(context.get(Orders).add()).toBe('added')
    const { subject } = await context.get(JwtGuard).guard.verify(authority.token())
    expect(subject).toBe('alice')
    await context.close()
  })

  it('a test that replaces JwtGuard by what lets everything pass', async () => {
    @Controller()
    class Orders {
      @Get()
      @Roles('admin')
      find() {
        return { found: true }
      }
    }
    const testing = await Test.createTestingModule({
      imports: [JwtGuardModule.forRoot({ ...options, globalGuard: true })],
      controllers: [Orders],
    })
      .overrideProvider(JwtGuard)
      .useValue({ canActivate: () => true })
      .compile()
    app = testing.createNestApplication({ logger: false })
    await app.init()
    await ask('/').expect(200, { found: true })
  })

  it('such a test, where otherwise only the message shows whether a guard judged it', async () => {
    @Controller()
    class Orders {
      @MessagePattern('find')
      @Roles('admin')
      find() {
        return { found: true }
      }
    }
    const testing = await Test.createTestingModule({
      imports: [JwtGuardModule.forRoot({ ...options, globalGuard: true })],
      controllers: [Orders],
    })
      .overrideProvider(JwtGuard)
      .useValue({ canActivate: () => true })
      .compile()
    app = testing.createNestApplication({ logger: false })
    const send = await startMessages(app, true)
    expect(await send('find')).toEqual({ found: true })
  })

  it('a test of one controller that overrides the guard on it, without JwtGuardModule', async () => {
    @Controller()
    @UseGuards(JwtGuard)
    class Orders {
      @Get()
      @Roles('admin')
      find() {
        return { found: true }
      }
    }
    const testing = await Test.createTestingModule({ controllers: [Orders] })
      .overrideGuard(JwtGuard)
      .useValue({ canActivate: () => true })
      .compile()
    expect(testing.get(Orders).find()).toEqual({ found: true })
    app = testing.createNestApplication({ logger: false })
    await app.init()
    await ask('/').expect(200, { found: true })
  })
})

describe('a policy that no JwtGuard judged denies', () => {
  const decorated: [where: string, onClass: boolean][] = [
    ['on a method', false],
    ['on a class', true],
  ]

  it.each(decorated)('without JwtGuardModule at all: %s', async (_where, onClass) => {
    class Orders {
      find() {
        reached.push('find')
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'find')!
    Get()(Orders.prototype, 'find', descriptor)
    Controller()(Orders)
    if (onClass) Roles('admin')(Orders)
    else Roles('admin')(Orders.prototype, 'find', descriptor)
    const { logger, alarms } = createRecordingLogger()
    app = await start({ controllers: [Orders] }, undefined, (app) => app.useLogger(logger))
    await ask('/', bearer({ roles: ['admin'] })).expect(500, {
      statusCode: 500,
      message: 'Internal server error',
    })
    expect(reached).toEqual([])
    expect(alarms()).toEqual([
      expect.stringContaining(
        'Orders.find: it carries a policy, and no JwtGuard judged the request',
      ),
    ])
  })

  describe('in a hybrid application, whose microservices get no global guards', () => {
    async function startHybrid(controllers: Type<unknown>[], inheritAppConfig = false) {
      let send: Awaited<ReturnType<typeof startMessages>>
      await boot({ controllers }, true, async (app) => {
        app.useLogger(false)
        send = await startMessages(app, inheritAppConfig)
      })
      return send!
    }

    it('on a method that answers requests as well', async () => {
      @Controller()
      class Orders {
        @Get()
        @MessagePattern('find')
        @Roles('admin')
        find() {
          reached.push('find')
          return { found: true }
        }
      }
      const send = await startHybrid([Orders])
      expect(await send('find')).toMatchObject({ status: 'error', statusCode: 500 })
      expect(reached).toEqual([])
      await ask('/', bearer()).expect(403)
      await ask('/', bearer({ roles: ['admin'] })).expect(200)
      expect(reached).toEqual(['find'])
    })

    it('but not when they get them, as there the guard judges', async () => {
      @Controller()
      class Orders {
        @MessagePattern('find')
        @Roles('admin')
        find() {
          reached.push('find')
          return { found: true }
        }
      }
      const send = await startHybrid([Orders], true)
      expect(await send('find')).toMatchObject({ statusCode: 401 })
      expect(await send('find', bearer())).toMatchObject({ statusCode: 403 })
      expect(reached).toEqual([])
      expect(await send('find', bearer({ roles: ['admin'] }))).toEqual({ found: true })
    })

    it('on a method that is guarded in another class', async () => {
      abstract class Base {
        @MessagePattern('find')
        @Roles('admin')
        find() {
          reached.push('find')
          return { found: true }
        }
      }
      @Controller()
      @UseGuards(JwtGuard)
      class Guarded extends Base {}
      @Controller()
      class Open extends Base {}
      // Of two handlers for one pattern, Nest takes the last.
      const send = await startHybrid([Guarded, Open])
      expect(await send('find')).toMatchObject({ status: 'error', statusCode: 500 })
      expect(reached).toEqual([])
    })
  })

  // On Nest 11, that is every gateway; on Nest 12, the guard itself finds no handshake here.
  it('on a gateway that no global guard reaches', async () => {
    @WebSocketGateway()
    class Chat {
      @SubscribeMessage('say')
      @Roles('admin')
      say() {
        reached.push('say')
        return { event: 'said' }
      }

      @SubscribeMessage('leave')
      @Public()
      leave(@ConnectedSocket() socket: WebSocket) {
        socket.close()
      }
    }
    await boot({ providers: [Chat] }, true, (app) => {
      app.useLogger(false)
      app.useWebSocketAdapter(new WsAdapter(app))
    })
    await app!.listen(0)
    const { port } = (app!.getHttpServer() as Server).address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    const answers: string[] = []
    socket.on('message', (data: Buffer) => answers.push(data.toString()))
    await once(socket, 'open')
    for (const event of ['say', 'leave']) socket.send(JSON.stringify({ event, data: {} }))
    await once(socket, 'close')
    expect(reached).toEqual([])
    expect(answers.join()).not.toContain('said')
  })
})
