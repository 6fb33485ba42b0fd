import { randomBytes } from 'node:crypto'
import {
  Controller,
  Get,
  Injectable,
  type INestApplication,
  Module,
  type ModuleMetadata,
  UseGuards,
} from '@nestjs/common'
import * as nestJwt from '@nestjs/jwt'
import { createAuthority, createIssuerServer } from '@gatewarden/testing'
import request from 'supertest'
import * as gatewarden from '../src/index.ts'
import {
  type Auth,
  createGuard,
  CurrentAuth,
  type Guard,
  InjectGuard,
  JwtGuard,
  JwtGuardModule,
  type JwtGuardOptionsFactory,
} from '../src/index.ts'
import { configError, platforms, start } from './start.ts'

const authority = createAuthority()
const options = authority.guardOptions()
const bearer = (claims?: Record<string, unknown>) => `Bearer ${authority.token(claims)}`

const NO_TOKEN = 'Bearer realm="api"'

@Controller()
class Orders {
  reached = 0

  @Get('guarded')
  @UseGuards(JwtGuard)
  guarded(@CurrentAuth() { subject }: Auth) {
    this.reached++
    return { subject }
  }

  @Get('open')
  open() {
    this.reached++
    return { open: true }
  }
}

/** What a factory gets its options from. */
@Injectable()
class Settings implements JwtGuardOptionsFactory {
  readonly jwt = options

  createJwtGuardOptions() {
    return this.jwt
  }
}

@Injectable()
class LateSettings implements JwtGuardOptionsFactory {
  async createJwtGuardOptions() {
    await new Promise(setImmediate)
    return { guard: createGuard(options) }
  }
}

@Module({ providers: [Settings, LateSettings], exports: [Settings, LateSettings] })
class SettingsModule {}

const ways: [name: string, imports: (globalGuard: boolean) => ModuleMetadata['imports']][] = [
  ['forRoot', (globalGuard) => [JwtGuardModule.forRoot({ ...options, globalGuard })]],
  [
    'forRoot with a guard',
    (globalGuard) => [JwtGuardModule.forRoot({ guard: createGuard(options), globalGuard })],
  ],
  [
    'forRootAsync with useFactory',
    (globalGuard) => [JwtGuardModule.forRootAsync({ useFactory: () => options, globalGuard })],
  ],
  [
    'forRootAsync with useFactory that waits for what it injects',
    (globalGuard) => [
      JwtGuardModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async ({ jwt }: Settings) => {
          await new Promise(setImmediate)
          return { guard: createGuard(jwt) }
        },
        globalGuard,
      }),
    ],
  ],
  [
    'forRootAsync with useClass',
    (globalGuard) => [JwtGuardModule.forRootAsync({ useClass: Settings, globalGuard })],
  ],
  [
    'forRootAsync with useClass that has to be waited for',
    (globalGuard) => [JwtGuardModule.forRootAsync({ useClass: LateSettings, globalGuard })],
  ],
  [
    'forRootAsync with useExisting',
    (globalGuard) => [
      JwtGuardModule.forRootAsync({
        imports: [SettingsModule],
        useExisting: Settings,
        globalGuard,
      }),
    ],
  ],
]

let app: INestApplication | undefined
afterEach(() => app?.close().then(() => (app = undefined)))

describe.each(platforms)('JwtGuardModule on %s', (_name, createAdapter) => {
  async function startWith(imports: ModuleMetadata['imports']) {
    app = await start({ imports: imports!, controllers: [Orders] }, createAdapter)
    const server = app.getHttpServer()
    const orders = app.get(Orders)
    const ask = (path: string, authorization?: string) =>
      request(server)
        .get(path)
        .set(authorization === undefined ? {} : { authorization })
    return { ask, orders, jwtGuard: app.get(JwtGuard) }
  }

  describe.each(ways)('%s', (_way, imports) => {
    it('guards what @UseGuards(JwtGuard) stands on, and nothing else', async () => {
      const { ask, orders } = await startWith(imports(false))
      await ask('/guarded')
        .expect(401, {
          title: 'Unauthorized',
          status: 401,
          detail: 'An access token is required.',
        })
        .expect('WWW-Authenticate', NO_TOKEN)
      await ask('/guarded', bearer({ iss: 'https://evil.test' })).expect(401)
      expect(orders.reached).toBe(0)
      await ask('/guarded', bearer()).expect(200, { subject: 'alice' })
      await ask('/open').expect(200, { open: true })
    })

    it('guards everything with globalGuard', async () => {
      const { ask, orders } = await startWith(imports(true))
      await ask('/guarded').expect(401).expect('WWW-Authenticate', NO_TOKEN)
      await ask('/open').expect(401).expect('WWW-Authenticate', NO_TOKEN)
      await ask('/open', bearer({ aud: 'https://other.test' })).expect(401)
      expect(orders.reached).toBe(0)
      await ask('/open', bearer()).expect(200, { open: true })
      await ask('/guarded', bearer()).expect(200, { subject: 'alice' })
    })
  })

  it('is not global unless asked for', async () => {
    const { ask } = await startWith([JwtGuardModule.forRoot(options)])
    await ask('/open').expect(200)
    await ask('/guarded').expect(401)
  })

  it('works with exactly the guard it was given', async () => {
    const guard = createGuard(options)
    const { jwtGuard } = await startWith([JwtGuardModule.forRoot({ guard })])
    expect(jwtGuard.guard).toBe(guard)
    expect(app!.get(JwtGuard, { strict: false })).toBe(jwtGuard)
  })
})

it('gives JwtGuard and its guard to feature modules that import nothing', async () => {
  const guard = createGuard(options)

  @Injectable()
  class Sockets {
    constructor(
      readonly jwtGuard: JwtGuard,
      @InjectGuard() readonly guard: Guard,
    ) {}
  }

  @Module({ providers: [Sockets], controllers: [Orders] })
  class FeatureModule {}

  app = await start({ imports: [FeatureModule, JwtGuardModule.forRoot({ guard })] })
  const sockets = app.get(Sockets, { strict: false })
  expect(sockets.jwtGuard).toBe(app.get(JwtGuard))
  expect(sockets.guard).toBe(guard)
  const { subject } = await sockets.jwtGuard.guard.verify(authority.token())
  expect(subject).toBe('alice')
  await request(app.getHttpServer()).get('/guarded').expect(401)
  await request(app.getHttpServer()).get('/guarded').set('Authorization', bearer()).expect(200)
})

describe('wrong options stop the boot', () => {
  const { issuer, audience } = authority
  const mistakes: [what: string, wrong: object | undefined, option: string][] = [
    ['no issuer', { audience, jwks: authority.jwks() }, 'issuer'],
    ['a missing audience', { ...options, audience: undefined }, 'audience'],
    ['a short secret', { issuer, audience, secret: 'secret' }, 'secret'],
    ['two kinds of keys', { ...options, secret: randomBytes(32) }, 'jwks'],
    ['a misspelt option', { ...options, clockTolerence: 5 }, 'clockTolerence'],
    ['no guard', { guard: undefined }, 'options'],
    ['something else than a guard', { guard: 'guard' }, 'options'],
    ['nothing', {}, 'issuer'],
  ]

  it.each(mistakes)('of forRoot: %s', async (_what, wrong, option) => {
    const starting = start({ imports: [JwtGuardModule.forRoot(wrong as never)] })
    await expect(starting).rejects.toThrow(configError(option))
  })

  it.each([
    ...mistakes,
    ['a factory that forgets to return', undefined, 'options'] as const,
    [
      'globalGuard where Nest does not look for it',
      { ...options, globalGuard: true },
      'globalGuard',
    ] as const,
  ])('of an asynchronous factory: %s', async (_what, wrong, option) => {
    const useFactory = async () => wrong as never
    const starting = start({ imports: [JwtGuardModule.forRootAsync({ useFactory })] })
    await expect(starting).rejects.toThrow(configError(option))
  })

  it.each([
    ['globalGuard where Nest does not look for it', { globalGuard: true }, 'globalGuard'],
    ['an option of the guard', { clockTolerance: 5 }, 'clockTolerance'],
  ])('beside a guard: %s', async (_what, beside, option) => {
    const useFactory = () => ({ guard: createGuard(options), ...beside })
    const starting = start({ imports: [JwtGuardModule.forRootAsync({ useFactory })] })
    await expect(starting).rejects.toThrow(configError(option))
  })

  it('of forRoot with a guard: a misspelt globalGuard', async () => {
    const wrong = { guard: createGuard(options), globalguard: true }
    const starting = start({ imports: [JwtGuardModule.forRoot(wrong)] })
    await expect(starting).rejects.toThrow(configError('globalguard'))
  })

  it('and what a factory itself throws stays what it was', async () => {
    const broken = new Error('the vault is away')
    const useFactory = () => Promise.reject(broken)
    const starting = start({ imports: [JwtGuardModule.forRootAsync({ useFactory })] })
    await expect(starting).rejects.toBe(broken)
  })
})

it('without it, @UseGuards(JwtGuard) stops the boot', async () => {
  await expect(start({ controllers: [Orders] })).rejects.toThrow(
    /JWT_GUARD: import JwtGuardModule\.forRoot/,
  )
})

it('closes the guard with the application', async () => {
  const guard = createGuard(options)
  let closed = 0
  guard.close = async () => void closed++
  const closing = await start({ imports: [JwtGuardModule.forRoot({ guard })] })
  expect(closed).toBe(0)
  await closing.close()
  expect(closed).toBe(1)
})

describe('guard.ready() through the application', () => {
  it('resolves when the keys are here', async () => {
    const provider = await createIssuerServer()
    try {
      const { issuer, audience } = provider.authority
      app = await start({ imports: [JwtGuardModule.forRoot({ issuer, audience })] })
      await app.get(JwtGuard).guard.ready()
      expect(provider.requests).toContain('/jwks')
    } finally {
      await provider.close()
    }
  })

  it('rejects when there are none to be had', async () => {
    const provider = await createIssuerServer()
    provider.respond('/jwks', { status: 500 })
    try {
      const { issuer, audience } = provider.authority
      app = await start({ imports: [JwtGuardModule.forRoot({ issuer, audience })] })
      await expect(app.get(JwtGuard).guard.ready()).rejects.toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
      })
    } finally {
      await provider.close()
    }
  })
})

describe('beside @nestjs/jwt', () => {
  const secret = randomBytes(32).toString('hex')
  const { issuer, audience } = authority

  it('accepts what JwtService signs with the same secret', async () => {
    app = await start({
      imports: [
        nestJwt.JwtModule.register({ secret, signOptions: { issuer, audience, expiresIn: 60 } }),
        JwtGuardModule.forRoot({ issuer, audience, secret }),
      ],
      controllers: [Orders],
    })
    const token = app.get(nestJwt.JwtService).sign({ sub: 'bob' })
    const ask = (authorization: string) =>
      request(app!.getHttpServer()).get('/guarded').set({ authorization })
    await ask(`Bearer ${token}`).expect(200, { subject: 'bob' })
    await ask(`Bearer ${app.get(nestJwt.JwtService).sign({ sub: 'bob' }, { secret: 'another' })}`)
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token"/)
    expect(app.get(Orders).reached).toBe(1)
  })

  it('no name is exported by both', () => {
    const theirs = Object.keys(nestJwt).filter((name) => name in gatewarden)
    expect(theirs).toEqual([])
    expect(Object.keys(nestJwt)).toContain('JwtService')
    expect(Object.keys(gatewarden)).toContain('JwtGuard')
  })
})
