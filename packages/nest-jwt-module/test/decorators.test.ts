import {
  applyDecorators,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Post,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import {
  allOf,
  AnyPermission,
  anyOf,
  AnyRole,
  AnyScope,
  type Auth,
  Authorize,
  CurrentAuth,
  JwtGuard,
  JwtGuardModule,
  not,
  OptionalAuth,
  Permissions,
  Public,
  requireClaim,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
  Roles,
  Scopes,
} from '../src/index.ts'
import { configError, createRecordingLogger, start } from './start.ts'

// What the decorators of a class and of its methods ask for together.

const authority = createAuthority()

/** The handlers that were reached, in order. */
const reached: string[] = []

let app: INestApplication | undefined
afterEach(async () => {
  reached.length = 0
  await app?.close()
  app = undefined
})

async function startWith(...controllers: Type<unknown>[]) {
  const { logger, alarms } = createRecordingLogger()
  const imports = [JwtGuardModule.forRoot({ ...authority.guardOptions(), globalGuard: true })]
  app = await start({ imports, controllers }, undefined, (app) => app.useLogger(logger))
  const server = app.getHttpServer()

  const ask = (path: string, claims?: Record<string, unknown>) =>
    request(server)
      .get(path)
      .set(claims === undefined ? {} : { authorization: `Bearer ${authority.token(claims)}` })

  const refused = async (
    status: number,
    challenge: RegExp,
    ...[path, claims]: Parameters<typeof ask>
  ) => {
    const before = reached.length
    await ask(path, claims).expect(status).expect('WWW-Authenticate', challenge)
    expect(reached).toHaveLength(before)
  }

  return {
    ask,
    alarms,
    passes: async (path: string, claims?: Record<string, unknown>) => {
      const before = reached.length
      await ask(path, claims).expect(200)
      expect(reached).toHaveLength(before + 1)
    },
    needsToken: (path: string) => refused(401, /^Bearer realm="api"$/, path),
    badToken: (path: string) =>
      refused(401, /error="invalid_token"/, path, { iss: 'https://evil.test' }),
    forbids: (path: string, claims: Record<string, unknown>) =>
      refused(403, /error="insufficient_scope"/, path, claims),
  }
}

describe('each decorator', () => {
  @Controller()
  class Each {
    @Get('scopes')
    @Scopes('read', 'write')
    scopes() {
      reached.push('scopes')
    }

    @Get('any-scope')
    @AnyScope('read', 'write')
    anyScope() {
      reached.push('any-scope')
    }

    @Get('roles')
    @Roles('clerk', 'auditor')
    roles() {
      reached.push('roles')
    }

    @Get('any-role')
    @AnyRole('clerk', 'auditor')
    anyRole() {
      reached.push('any-role')
    }

    @Get('permissions')
    @Permissions('read', 'write')
    permissions() {
      reached.push('permissions')
    }

    @Get('any-permission')
    @AnyPermission('read', 'write')
    anyPermission() {
      reached.push('any-permission')
    }
  }

  it.each([
    ['Scopes', '/scopes', { scope: 'read write more' }, { scope: 'read' }],
    ['AnyScope', '/any-scope', { scope: 'write' }, { scope: 'more' }],
    ['Roles', '/roles', { roles: ['auditor', 'clerk'] }, { roles: ['clerk'] }],
    ['AnyRole', '/any-role', { roles: ['auditor'] }, { roles: ['guest'] }],
    ['Permissions', '/permissions', { permissions: ['write', 'read'] }, { permissions: ['read'] }],
    ['AnyPermission', '/any-permission', { permissions: ['write'] }, { permissions: ['more'] }],
  ])('@%s', async (_name, path, enough, tooLittle) => {
    const { needsToken, badToken, forbids, passes } = await startWith(Each)
    await needsToken(path)
    await badToken(path)
    await forbids(path, tooLittle)
    await forbids(path, {})
    await passes(path, enough)
  })
})

describe('policies', () => {
  it('of the class and of the method must all pass', async () => {
    @Controller()
    @Roles('clerk')
    class Orders {
      @Get('read')
      @Scopes('read')
      read() {
        reached.push('read')
      }

      @Get('list')
      list() {
        reached.push('list')
      }
    }
    const { needsToken, forbids, passes } = await startWith(Orders)
    await needsToken('/read')
    await forbids('/read', { roles: ['clerk'] })
    await forbids('/read', { scope: 'read' })
    await passes('/read', { roles: ['clerk'], scope: 'read' })
    await needsToken('/list')
    await forbids('/list', { scope: 'read' })
    await passes('/list', { roles: ['clerk'] })
  })

  it('of two decorators in the same place both count, whichever stands above', async () => {
    @Controller()
    @Roles('staff')
    @Roles('active')
    class Orders {
      @Get('method')
      @Roles('clerk')
      @Roles('auditor')
      method() {
        reached.push('method')
      }
    }
    const { forbids, passes } = await startWith(Orders)
    const all = ['staff', 'active', 'clerk', 'auditor']
    for (const missing of all) {
      await forbids('/method', { roles: all.filter((role) => role !== missing) })
    }
    await passes('/method', { roles: all })
  })

  it('count wherever they stand among the decorators of Nest', async () => {
    const Clerks = () => applyDecorators(Roles('clerk'), Scopes('read'))
    @Roles('staff')
    @Controller()
    class Orders {
      @Clerks()
      @Get('above')
      above() {
        reached.push('above')
      }

      @Get('below')
      @Clerks()
      below() {
        reached.push('below')
      }

      @Clerks()
      @UseGuards(JwtGuard)
      @Get('around')
      around() {
        reached.push('around')
      }

      @UseGuards(JwtGuard)
      @Clerks()
      @Get('inside')
      inside() {
        reached.push('inside')
      }
    }
    const { forbids, passes } = await startWith(Orders)
    for (const path of ['/above', '/below', '/around', '/inside']) {
      await forbids(path, { roles: ['staff'], scope: 'read' })
      await forbids(path, { roles: ['staff', 'clerk'] })
      await forbids(path, { roles: ['clerk'], scope: 'read' })
      await passes(path, { roles: ['staff', 'clerk'], scope: 'read' })
    }
  })

  it('of one class are not those of another that shares nothing but a method name', async () => {
    @Controller('admin')
    @Roles('admin')
    class Admin {
      @Get()
      find() {
        reached.push('admin')
      }
    }
    @Controller('orders')
    class Orders {
      @Get()
      find() {
        reached.push('orders')
      }
    }
    const { forbids, passes } = await startWith(Admin, Orders)
    await passes('/orders', {})
    await forbids('/admin', {})
    await passes('/orders', {})
    await passes('/admin', { roles: ['admin'] })
  })
})

describe('a base class', () => {
  @Roles('staff')
  abstract class Base {
    @Get('inherited')
    @Scopes('read')
    inherited() {
      reached.push('inherited')
    }

    @Get('overridden')
    @Scopes('read')
    overridden() {
      reached.push('base')
    }
  }

  it('hands on its policies, and its handlers with theirs', async () => {
    @Controller('plain')
    class Plain extends Base {}

    @Controller('more')
    @Roles('clerk')
    class More extends Base {
      @Get('own')
      own() {
        reached.push('own')
      }
    }
    const { needsToken, forbids, passes } = await startWith(Plain, More)
    await needsToken('/plain/inherited')
    await forbids('/plain/inherited', { roles: ['staff'] })
    await forbids('/plain/inherited', { scope: 'read' })
    await passes('/plain/inherited', { roles: ['staff'], scope: 'read' })

    // The same method, in another class: judged by what that class asks for.
    await forbids('/more/inherited', { roles: ['staff'], scope: 'read' })
    await forbids('/more/inherited', { roles: ['clerk'], scope: 'read' })
    await passes('/more/inherited', { roles: ['staff', 'clerk'], scope: 'read' })
    await forbids('/more/own', { roles: ['clerk'] })
    await passes('/more/own', { roles: ['staff', 'clerk'] })
  })

  it('is not changed by the classes that extend it', async () => {
    abstract class Shared {
      @Get('shared')
      shared() {
        reached.push('shared')
      }
    }
    @Controller('strict')
    @Roles('admin')
    class Strict extends Shared {}
    @Controller('loose')
    class Loose extends Shared {}
    const { forbids, passes } = await startWith(Strict, Loose)
    await passes('/loose/shared', {})
    await forbids('/strict/shared', {})
    await passes('/strict/shared', { roles: ['admin'] })
    await passes('/loose/shared', {})
  })

  it('does not count where a method overrides one with decorators of its own', async () => {
    @Controller()
    class Own extends Base {
      @Get('overridden')
      @Scopes('write')
      override overridden() {
        reached.push('own')
      }
    }
    const { forbids, passes } = await startWith(Own)
    await forbids('/overridden', { roles: ['staff'], scope: 'read' })
    await forbids('/overridden', { scope: 'write' })
    await passes('/overridden', { roles: ['staff'], scope: 'write' })
  })

  it('that is public makes no class public that extends it', async () => {
    @Public()
    @Controller('base')
    class Open {
      @Get()
      find() {
        reached.push('find')
      }
    }
    @Controller('plain')
    class Plain extends Open {}
    @Controller('marked')
    @Roles('clerk')
    class Marked extends Open {}
    @Controller('public')
    @Public()
    class StillPublic extends Open {}
    const { needsToken, forbids, passes } = await startWith(Open, Plain, Marked, StillPublic)
    await passes('/base')
    await needsToken('/plain')
    await passes('/plain', {})
    await needsToken('/marked')
    await forbids('/marked', {})
    await passes('/marked', { roles: ['clerk'] })
    await passes('/public')
  })

  it('that lets tokens be absent does so in no class that extends it', async () => {
    @OptionalAuth()
    @Controller('base')
    class Open {
      @Get()
      find() {
        reached.push('find')
      }
    }
    @Controller('plain')
    class Plain extends Open {}
    @Controller('marked')
    @OptionalAuth()
    class Marked extends Open {}
    const { needsToken, badToken, passes } = await startWith(Open, Plain, Marked)
    await passes('/base')
    await needsToken('/plain')
    await passes('/plain', {})
    await passes('/marked')
    await badToken('/marked')
  })

  it('hands on a method that is public, as the decorator stands on that', async () => {
    abstract class Health {
      @Get('health')
      @Public()
      health() {
        reached.push('health')
      }
    }
    @Controller()
    @Roles('admin')
    class Admin extends Health {
      @Get('own')
      own() {
        reached.push('own')
      }
    }
    const { forbids, passes } = await startWith(Admin)
    await passes('/health')
    await forbids('/own', {})
  })
})

describe('@Public()', () => {
  it('on a method lets everybody in, whatever the class asks for and whatever the token', async () => {
    @Controller()
    @Roles('admin')
    class Orders {
      @Get('open')
      @Public()
      open() {
        reached.push('open')
      }

      @Get('guarded')
      guarded() {
        reached.push('guarded')
      }
    }
    const { passes, forbids, needsToken } = await startWith(Orders)
    await passes('/open')
    await passes('/open', {})
    await passes('/open', { iss: 'https://evil.test' })
    await needsToken('/guarded')
    await forbids('/guarded', {})
  })

  it('on a class opens all of it when no method asks for more', async () => {
    @Controller()
    @Public()
    class Pages {
      @Get('a')
      a() {
        reached.push('a')
      }

      @Get('b')
      @OptionalAuth()
      b(@CurrentAuth() auth: Auth | undefined) {
        reached.push('b')
        return { subject: auth?.subject ?? null }
      }
    }
    const { ask, passes, badToken, alarms } = await startWith(Pages)
    await passes('/a')
    await passes('/a', { iss: 'https://evil.test' })
    // Its own decorator reads the token, and the class stays public.
    await ask('/b').expect(200, { subject: null })
    await ask('/b', {}).expect(200, { subject: 'alice' })
    await badToken('/b')
    expect(alarms()).toEqual([])
  })

  it.each([
    ['its own', false],
    ['an inherited one', true],
  ])('on a class opens nothing when a method asks for more: %s', async (_whose, isInherited) => {
    abstract class Base {
      @Post('write')
      @Scopes('write')
      write() {
        reached.push('write')
      }
    }
    @Public()
    class Loose {
      @Get('open')
      open() {
        reached.push('open')
      }

      @Get('explicit')
      @Public()
      explicit() {
        reached.push('explicit')
      }
    }
    @Controller()
    @Public()
    class Inheriting extends Base {
      @Get('open')
      open() {
        reached.push('open')
      }

      @Get('explicit')
      @Public()
      explicit() {
        reached.push('explicit')
      }
    }
    @Controller()
    @Public()
    class Own extends Loose {
      @Post('write')
      @Scopes('write')
      write() {
        reached.push('write')
      }
    }
    const { needsToken, passes, alarms } = await startWith(isInherited ? Inheriting : Own)
    await needsToken('/open')
    await passes('/open', {})
    await passes('/explicit')
    await request(app!.getHttpServer()).post('/write').expect(401)
    expect(reached).toEqual(['open', 'explicit'])
    expect(alarms()).toEqual([
      `warn [JwtGuard] ${isInherited ? 'Inheriting' : 'Own'}: @Public() does not count here, as a method asks for more: put it on methods`,
    ])
  })
})

describe('@OptionalAuth()', () => {
  it('lets an absent token pass, and never a bad one', async () => {
    @Controller()
    class Pages {
      @Get('method')
      @OptionalAuth()
      method(@CurrentAuth() auth: Auth | undefined) {
        reached.push('method')
        return { subject: auth?.subject ?? null }
      }
    }
    @Controller('class')
    @OptionalAuth()
    class AllOfThem {
      @Get()
      find(@CurrentAuth() auth: Auth | undefined) {
        reached.push('class')
        return { subject: auth?.subject ?? null }
      }
    }
    const { ask, badToken } = await startWith(Pages, AllOfThem)
    for (const path of ['/method', '/class']) {
      await ask(path).expect(200, { subject: null })
      await ask(path, {}).expect(200, { subject: 'alice' })
      await badToken(path)
      await request(app!.getHttpServer()).get(path).set('Authorization', 'Bearer x').expect(401)
      await request(app!.getHttpServer()).get(path).set('Authorization', 'Bearer').expect(400)
    }
    expect(reached).toHaveLength(4)
  })

  it.each([
    ['on the method beside it', [Roles('clerk'), OptionalAuth()], []],
    ['on the class', [OptionalAuth()], [Roles('clerk')]],
    ['on the method, and it stands on the class', [Roles('clerk')], [OptionalAuth()]],
    ['on the class beside it', [], [OptionalAuth(), Roles('clerk')]],
  ])('does not satisfy a policy: %s', async (_where, onMethod, onClass) => {
    @Controller()
    @applyDecorators(...onClass)
    class Orders {
      @Get()
      @applyDecorators(...onMethod)
      find() {
        reached.push('find')
      }
    }
    const { needsToken, badToken, forbids, passes } = await startWith(Orders)
    await needsToken('/')
    await badToken('/')
    await forbids('/', {})
    await passes('/', { roles: ['clerk'] })
  })

  it('of a method is for that method', async () => {
    @Controller()
    class Orders {
      @Get('optional')
      @OptionalAuth()
      optional() {
        reached.push('optional')
      }

      @Get('strict')
      strict() {
        reached.push('strict')
      }
    }
    const { passes, needsToken } = await startWith(Orders)
    await passes('/optional')
    await needsToken('/strict')
  })
})

describe('@Authorize()', () => {
  it('takes combinations, and a predicate gets the ExecutionContext', async () => {
    const contexts: ExecutionContext[] = []
    const isOwner = requirePredicate('owner', ({ subject }, context: ExecutionContext) => {
      contexts.push(context)
      const { params } = context.switchToHttp().getRequest<{ params: { readonly user: string } }>()
      return subject === params.user
    })
    @Controller('users')
    class Users {
      @Get(':user')
      @Authorize(
        allOf(
          requireScopes('read'),
          anyOf(isOwner, requireRoles('admin')),
          not(requireRoles('banned')),
        ),
      )
      find() {
        reached.push('find')
      }
    }
    const { ask, needsToken, forbids, passes } = await startWith(Users)
    await passes('/users/alice', { scope: 'read' })
    await passes('/users/alice', { scope: 'read', sub: 'bob', roles: ['admin'] })
    await forbids('/users/alice', { scope: 'read', sub: 'bob' })
    await forbids('/users/alice', { scope: 'read', roles: ['banned'] })
    await ask('/users/alice', {})
      .expect(403)
      .expect('WWW-Authenticate', /scope="read"$/)
    await needsToken('/users/alice')
    expect(contexts).toHaveLength(4)
    for (const context of contexts) {
      expect(context.getType()).toBe('http')
      expect(context.getClass()).toBe(Users)
      expect(context.getHandler()).toBe(Users.prototype.find)
    }
  })

  it('takes several policies, and stands on a class, too', async () => {
    @Controller()
    @Authorize(requireUser(), requireClaim('org', 'acme'))
    class Orders {
      @Get()
      @Authorize(requireRoles('clerk'))
      find() {
        reached.push('find')
      }
    }
    const { forbids, passes } = await startWith(Orders)
    await forbids('/', { org: 'acme' })
    await forbids('/', { roles: ['clerk'] })
    await forbids('/', { org: 'acme', roles: ['clerk'], sub: 'app', client_id: 'app' })
    await passes('/', { org: 'acme', roles: ['clerk'] })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['answers with a promise', async () => true],
    ['answers with nothing', () => undefined],
  ])('denies when a predicate %s', async (_what, predicate) => {
    @Controller()
    class Orders {
      @Get()
      @Authorize(requirePredicate('mine', predicate as never))
      find() {
        reached.push('find')
      }
    }
    const { forbids } = await startWith(Orders)
    await forbids('/', {})
  })
})

describe('decorators in the wrong place, or without what they need, throw at once', () => {
  it.each<[what: string, mistake: () => unknown, option: string, message: RegExp]>([
    ['@Authorize()', () => Authorize(), '@Authorize', /expected policies/],
    ['@Authorize of a text', () => Authorize('admin' as never), '@Authorize', /expected policies/],
    [
      '@Authorize of what is not called',
      () => Authorize(requireScopes('read'), requireUser as never),
      '@Authorize',
      /expected policies/,
    ],
    ['@Roles()', () => Roles(), 'requireRoles', /expected at least one name/],
    ['@Roles of a list', () => Roles(['admin'] as never), 'requireRoles', /spread the list/],
    ['@Roles of nothing', () => Roles(undefined as never), 'requireRoles', /environment variable/],
    ['@AnyRole()', () => AnyRole(), 'requireAnyRole', /expected at least one name/],
    ['@Scopes()', () => Scopes(), 'requireScopes', /expected at least one name/],
    ['@Scopes with a space', () => Scopes('read write'), 'requireScopes', /holds no space/],
    ['@AnyScope()', () => AnyScope(), 'requireAnyScope', /expected at least one name/],
    ['@Permissions()', () => Permissions(), 'requirePermissions', /expected at least one name/],
    [
      '@AnyPermission()',
      () => AnyPermission(),
      'requireAnyPermission',
      /expected at least one name/,
    ],
  ])('%s', (_what, mistake, option, message) => {
    expect(mistake).toThrow(configError(option, message))
  })

  const all = [Public, OptionalAuth, () => Roles('admin')]

  it.each(all)('%# on an accessor', (decorator) => {
    expect(() => {
      class Orders {
        @decorator()
        get total() {
          return reached.length
        }
      }
      return Orders
    }).toThrow(configError('total', /on classes and methods/))
  })

  it.each(all)('%# on a static method', (decorator) => {
    expect(() => {
      class Orders {
        @decorator()
        static find() {
          return 5
        }
      }
      return Orders
    }).toThrow(configError('find', /on classes and methods/))
  })

  it.each(all)('%# on a property, which may hold a function', (decorator) => {
    expect(() => {
      class Orders {
        // @ts-expect-error the compiler says so, too
        @decorator()
        find = () => 5
      }
      return Orders
    }).toThrow(configError('find', /on classes and methods/))
  })
})
