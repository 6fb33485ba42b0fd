import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type INestApplication,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { ResolveReference } from '@nestjs/graphql'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import {
  createGuard,
  CurrentAuth,
  type GuardRequest,
  JwtGuard,
  JwtGuardModule,
  Public,
  Roles,
  Scopes,
} from '../src/index.ts'
import { denyUncovered } from '../src/covered.ts'
import { configError, start } from './start.ts'

// Ways by which a handler was reached that must not be, before there was a test for each.

const authority = createAuthority()
const options = authority.guardOptions()
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`
const admin = () => bearer({ roles: ['admin'] })

const open: INestApplication[] = []
const reached: string[] = []
afterEach(async () => {
  reached.length = 0
  for (const app of open.splice(0)) await app.close()
})

async function startWith(controllers: Type<unknown>[], more: object = {}) {
  const imports = [JwtGuardModule.forRoot({ ...options, globalGuard: true })]
  const app = await start({ imports, controllers, ...more })
  open.push(app)
  return (path: string, authorization?: string) => {
    const asked = request(app.getHttpServer() as never).get(path)
    return authorization === undefined ? asked : asked.set('Authorization', authorization)
  }
}

function boundIn(scope: Scope): Type<unknown> {
  @Controller({ scope })
  class Bound {
    constructor() {
      this.find = this.find.bind(this)
    }
    @Roles('admin')
    @Get()
    find() {
      reached.push('find')
    }
  }
  return Bound
}

describe('a method of the instance hides the decorated one of the class', () => {
  it.each([Scope.DEFAULT, Scope.REQUEST])('bound in the constructor, scope %i', async (scope) => {
    const ask = await startWith([boundIn(scope)])
    await ask('/').expect(401)
    await ask('/', bearer()).expect(403)
    expect(reached).toEqual([])
    await ask('/', admin()).expect(200)
  })

  it('as a property of a class that extends the decorated one', async () => {
    class Base {
      @Roles('admin')
      @Get()
      find() {
        reached.push('base')
      }
    }
    @Controller()
    class Derived extends Base {
      override find = () => {
        reached.push('derived')
      }
    }
    const ask = await startWith([Derived])
    await ask('/', bearer()).expect(403)
    expect(reached).toEqual([])
    await ask('/', admin()).expect(200)
  })

  it('without a name, so that nobody can tell: stops the boot', async () => {
    @Controller()
    class Wrapped {
      constructor() {
        const { find } = this
        Object.assign(this, { find: [(): void => find.call(this)][0] })
      }
      @Roles('admin')
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(startWith([Wrapped])).rejects.toMatchObject(configError('Wrapped.find', /another/))
  })

  it('and the guard on it is lost: stops the boot', async () => {
    @Controller()
    class Bound {
      constructor() {
        this.find = this.find.bind(this)
      }
      @UseGuards(JwtGuard)
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(startWith([Bound])).rejects.toMatchObject(configError('Bound.find', /another/))
  })
})

describe('decorators in between', () => {
  /** As decorators for tracing and caching do that know nothing of metadata. */
  const wrap: MethodDecorator = (_target, _name, descriptor) => {
    const { value } = descriptor as { value: (...parameters: unknown[]) => unknown }
    const wrapped = function (this: unknown, ...parameters: unknown[]) {
      return value.apply(this, parameters)
    }
    for (const key of Reflect.getMetadataKeys(value) as string[]) {
      if (key.startsWith('gatewarden')) continue
      Reflect.defineMetadata(key, Reflect.getMetadata(key, value), wrapped)
    }
    descriptor.value = wrapped as never
  }

  it('drop the lower of two policies: stops the boot', async () => {
    @Controller()
    class Orders {
      @Scopes('read')
      @wrap
      @Roles('admin')
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(startWith([Orders])).rejects.toMatchObject(configError('Orders.find', /replaces/))
  })

  it('drop what contradicts @Public(): stops the boot', async () => {
    @Controller()
    class Orders {
      @Public()
      @wrap
      @Roles('admin')
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(startWith([Orders])).rejects.toMatchObject(configError('Orders.find', /replaces/))
  })

  it('put another class in the place of the decorated one: stops the boot', async () => {
    const proxied: ClassDecorator = (target) => new Proxy(target, {})
    @Roles('admin')
    @Controller()
    @proxied
    class Orders {
      @Get()
      find() {
        reached.push('find')
      }
    }
    await expect(startWith([Orders])).rejects.toMatchObject(configError('Orders', /another class/))
  })
})

describe('another application in the process', () => {
  it('does not vouch for handlers of one without the module', async () => {
    @Controller()
    class Orders {
      @Roles('admin')
      @Get()
      find() {
        reached.push('find')
      }
    }
    await startWith([Orders])
    const other = await start({ controllers: [Orders] })
    open.push(other)
    await request(other.getHttpServer() as never)
      .get('/')
      .expect(500)
    expect(reached).toEqual([])
  })
})

describe('a gRPC stream call, before whose handler nothing may be thrown', () => {
  class Streams {
    @Roles('admin')
    call(): void {
      reached.push('call')
    }
  }

  it('is told of a policy that no JwtGuard judged, and the process goes on', async () => {
    const emitted: unknown[] = []
    const emit = (...event: unknown[]) => emitted.push(event)
    const context = new ExecutionContextHost(
      [{ metadata: { get: () => [] }, emit }],
      Streams,
      Streams.prototype.call,
    )
    context.setType('rpc')
    const settled: unknown[] = []
    // A rejection here is what ends the process, so there must be none.
    void Promise.resolve(denyUncovered.canActivate(context)).then(
      (passed) => settled.push(passed),
      (error: unknown) => settled.push(error),
    )
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(emitted).toEqual([['error', expect.objectContaining({ code: 13, statusCode: 500 })]])
    expect(settled).toEqual([])
    expect(reached).toEqual([])
  })
})

describe('references of a federated graph, which anybody may ask for', () => {
  class Resolver {
    @ResolveReference()
    find() {
      reached.push('find')
    }
  }
  class OpenResolver {
    @Public()
    @ResolveReference()
    find() {
      reached.push('find')
    }
  }
  const started = (resolver: Type<unknown>, graphql: object) =>
    startWith([], { providers: [resolver, { provide: 'GqlModuleOptions', useValue: graphql }] })

  it('without a decorator, where no guard runs for fields: stops the boot', async () => {
    await expect(started(Resolver, {})).rejects.toMatchObject(
      configError('Resolver.find', /guards do not run for fields/),
    )
  })

  it('start where guards run for fields, or when they are public', async () => {
    await started(Resolver, { fieldResolverEnhancers: ['guards'] })
    await started(OpenResolver, { fieldResolverEnhancers: ['guards'] })
  })
})

it('a global guard that only knows JwtGuard is none of ours', async () => {
  const useFactory = (_guard: JwtGuard): CanActivate => ({ canActivate: () => true })
  const provider = { provide: APP_GUARD, scope: Scope.REQUEST, useFactory, inject: [JwtGuard] }
  @Controller()
  class Orders {
    @Roles('admin')
    @Get()
    find() {
      reached.push('find')
    }
  }
  const imports = [JwtGuardModule.forRoot(options)]
  await expect(
    start({ imports, controllers: [Orders], providers: [provider] }),
  ).rejects.toMatchObject(configError('Orders.find', /no JwtGuard covers it/))
})

describe('messages that share a connection, each with a token of its own', () => {
  interface Message {
    readonly token?: string
  }
  const waiting: (() => void)[] = []

  @Injectable()
  class MessageGuard extends JwtGuard {
    override getRequest(context: ExecutionContext): GuardRequest {
      const { token } = context.switchToWs().getData<Message>()
      return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }
    }
    override mapUser(auth: { subject: string | undefined }) {
      return new Promise((resolve) => waiting.push(() => resolve({ name: auth.subject })))
    }
  }

  class Gateway {
    @Roles('admin')
    administer() {
      reached.push('administer')
    }
    who(): void {
      reached.push('who')
    }
    unguarded(): void {
      reached.push('unguarded')
    }
  }

  const guard = new MessageGuard(createGuard(options))
  function message(client: object, name: keyof Gateway, data: Message): ExecutionContext {
    const context = new ExecutionContextHost([client, data], Gateway, Gateway.prototype[name])
    context.setType('ws')
    return context
  }
  /** What `@CurrentAuth()` would hand to the handler: Nest makes another context for it, of the same arguments. */
  function currentAuth(client: object, name: keyof Gateway, data: Message): unknown {
    class Probe {
      probe(_auth: unknown): void {
        /* only its parameter matters */
      }
    }
    CurrentAuth()(Probe.prototype, 'probe', 0)
    const metadata = Reflect.getMetadata('__routeArguments__', Probe, 'probe') as object
    const [{ factory }] = Object.values(metadata) as [
      { factory: (data: unknown, context: ExecutionContext) => unknown },
    ]
    return factory(undefined, message(client, name, data))
  }
  const settle = () => waiting.splice(0).forEach((go) => go())

  it('do not judge one by the token of the other', async () => {
    const client = {}
    const ofAlice = guard.canActivate(message(client, 'administer', { token: authority.token() }))
    const root = authority.token({ sub: 'root', roles: ['admin'] })
    const ofRoot = guard.canActivate(message(client, 'who', { token: root }))
    while (waiting.length < 2) await new Promise(setImmediate)
    settle()
    await expect(ofRoot).resolves.toBe(true)
    await expect(ofAlice).rejects.toThrow('The access token lacks a required role.')
  })

  it('do not tell one handler of the other', async () => {
    const client = {}
    const alice = { token: authority.token({ sub: 'alice' }) }
    const root = { token: authority.token({ sub: 'root' }) }
    for (const data of [alice, root]) {
      const admitted = guard.canActivate(message(client, 'who', data))
      while (waiting.length < 1) await new Promise(setImmediate)
      settle()
      await expect(admitted).resolves.toBe(true)
    }
    expect(currentAuth(client, 'who', alice)).toMatchObject({ subject: 'alice' })
    expect(currentAuth(client, 'who', root)).toMatchObject({ subject: 'root' })
    expect(() => currentAuth(client, 'unguarded', {})).toThrow('no JwtGuard judged the request')
  })
})
