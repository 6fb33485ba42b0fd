import { fileURLToPath } from 'node:url'
import { Controller, Get, Injectable, type PipeTransform, UseGuards } from '@nestjs/common'
import type { StandardSchema } from '@gatewarden/core'
import ts from 'typescript'
import {
  allOf,
  anyOf,
  type Auth,
  Authorize,
  Claim,
  type Claims,
  createGuard,
  CurrentAuth,
  type Guard,
  type GuardError,
  type GuardRequest,
  InjectGuard,
  isGuardError,
  JwtGuard,
  JwtGuardModule,
  type JwtGuardOptionsFactory,
  not,
  OptionalAuth,
  Public,
  requireClaim,
  requirePredicate,
  requireRoles,
  requireScopes,
  Roles,
  Scopes,
} from '../src/index.ts'

/*
 * Judged by the compiler: what must not compile stands under @ts-expect-error, which itself fails where it finds no
 * error. None of it runs, but what stands at the end.
 */

// A name that both export would not compile, a type's neither: one file may import from both.
export * from '@nestjs/jwt'
export * from '../src/index.ts'

declare module '../src/index.ts' {
  interface Register {
    claims: Claims & { readonly org: string }
  }
}

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Takes a value whose type is exactly this one. */
const exactly =
  <Expected>() =>
  <Given>(_given: Equal<Given, Expected> extends true ? Given : never) =>
    undefined

type Org = Claims & { readonly org: string }

interface Account {
  readonly sub: string
  readonly plan: 'free' | 'business'
}
declare const schema: StandardSchema<Account>
declare const registered: StandardSchema<Org>
declare const guard: Guard
declare const jwtGuard: JwtGuard
declare const request: object
declare const pipe: PipeTransform

const base = { issuer: 'https://issuer.example', audience: 'api' } as const
const secret = 'x'

export function decoratorsStandOnClassesMethodsAndParameters() {
  @Controller()
  @UseGuards(JwtGuard)
  @Roles('staff')
  @Authorize(requireScopes('read'), requireClaim('org', 'acme'))
  class Orders {
    @Get()
    @Scopes('read')
    @Authorize(allOf(requireScopes('read'), anyOf(requireRoles('a'), not(requireRoles('b')))))
    async find(
      @CurrentAuth() auth: Auth,
      @CurrentAuth(pipe, JwtPipe) subject: string,
      @Claim('org') org: string,
      @Claim('sub', pipe) sub: number,
    ) {
      return { auth, subject, org, sub }
    }

    @Public()
    open() {
      return 5
    }

    @OptionalAuth()
    optional(@CurrentAuth() auth: Auth | undefined) {
      return auth
    }

    // @ts-expect-error a property is no handler
    @Public()
    property = 5

    // @ts-expect-error a decorator of parameters
    @CurrentAuth()
    wrong() {
      return 5
    }

    // @ts-expect-error a decorator of classes and methods
    parameter(@Roles('admin') roles: string) {
      return roles
    }
  }
  return Orders
}

class JwtPipe implements PipeTransform {
  transform(value: unknown) {
    return value
  }
}

export function decoratorsTakeWhatTheyNeed() {
  // @ts-expect-error a list is spread
  Roles(['admin'])
  // @ts-expect-error a number is no scope
  Scopes(5)
  // @ts-expect-error a text is no policy
  Authorize('admin')
  // @ts-expect-error it has to be called
  Authorize(requireScopes)
  // @ts-expect-error which claim
  Claim()
  // @ts-expect-error a claim has a name
  Claim(5)
  // @ts-expect-error a text is no pipe
  CurrentAuth('sub')
  // @ts-expect-error it takes nothing
  Public('path')
  // @ts-expect-error a variable that may be missing
  Roles(process.env.ROLE)
}

export function authIsTyped() {
  exactly<Guard<Org>>()(jwtGuard.guard)
  exactly<Auth>()(guard.authOf(request))
  exactly<Auth>()(jwtGuard.guard.authOf(request))
  exactly<Auth | undefined>()(jwtGuard.guard.optionalAuthOf(request))
  exactly<string | undefined>()(guard.authOf(request).subject)
  // @ts-expect-error nothing of it can be written
  guard.authOf(request).subject = 'admin'
  // @ts-expect-error there is no such member
  void guard.authOf(request).sub
}

export function registeredClaimsTypeEveryAuth() {
  exactly<Org>()(jwtGuard.guard.authOf(request).claims)
  exactly<string>()(guard.authOf(request).claims.org)
  exactly<Guard<Org>>()(createGuard(base))
  JwtGuardModule.forRoot({ ...base, check: ({ claims: { org } }) => org === 'acme' })
  // @ts-expect-error org is a text
  JwtGuardModule.forRoot({ ...base, check: ({ claims: { org } }) => org === 5 })
  requirePredicate('own', ({ claims: { org } }) => org.startsWith('acme'))
  // @ts-expect-error org is a text
  requirePredicate('own', ({ claims: { org } }) => org === 5)
}

export function schemaTypesTheClaims() {
  const accounts = createGuard({ ...base, schema })
  exactly<Guard<Account>>()(accounts)
  exactly<Account>()(accounts.authOf(request).claims)

  JwtGuardModule.forRoot({ guard: createGuard({ ...base, schema: registered }) })
  JwtGuardModule.forRoot({ ...base, schema: registered })
  // @ts-expect-error decorators and JwtGuard go by what is registered, which this schema does not make
  JwtGuardModule.forRoot({ guard: accounts })
  // @ts-expect-error nor here
  JwtGuardModule.forRoot({ ...base, schema })
}

export function refusalsAreTyped(exception: { readonly cause?: unknown }) {
  if (isGuardError(exception.cause)) exactly<GuardError>()(exception.cause)
}

export function theModuleTakes() {
  JwtGuardModule.forRoot(base)
  JwtGuardModule.forRoot({ ...base, secret, algorithms: ['HS512'], globalGuard: true })
  JwtGuardModule.forRoot({ issuers: [base], globalGuard: false })
  JwtGuardModule.forRoot({ guard })
  JwtGuardModule.forRoot({ guard, globalGuard: true })
  JwtGuardModule.forRootAsync({ useFactory: () => base })
  JwtGuardModule.forRootAsync({
    inject: [Settings],
    useFactory: async ({ jwt }: Settings) => ({ ...jwt, secret }),
    globalGuard: true,
  })
  JwtGuardModule.forRootAsync({ useFactory: () => ({ guard }) })
  JwtGuardModule.forRootAsync({ useClass: Settings })
  JwtGuardModule.forRootAsync({ useExisting: Settings, globalGuard: true })
}

class Settings implements JwtGuardOptionsFactory {
  readonly jwt = base

  createJwtGuardOptions() {
    return this.jwt
  }
}

export function theModuleRefuses() {
  // @ts-expect-error a secret and the URL of a key set
  JwtGuardModule.forRoot({ ...base, secret, jwksUri: 'https://issuer.example/jwks' })
  // @ts-expect-error an asymmetric algorithm with a secret
  JwtGuardModule.forRoot({ ...base, secret, algorithms: ['RS256'] })
  // @ts-expect-error a secret that may be missing
  JwtGuardModule.forRoot({ ...base, secret: process.env.SECRET })
  // @ts-expect-error no audience
  JwtGuardModule.forRoot({ issuer: 'https://issuer.example' })
  // @ts-expect-error an audience that may be missing
  JwtGuardModule.forRoot({ issuer: 'https://issuer.example', audience: process.env.AUDIENCE })
  // @ts-expect-error one issuer or several
  JwtGuardModule.forRoot({ issuers: [base], issuer: 'https://issuer.example' })
  // @ts-expect-error an option of another library
  JwtGuardModule.forRoot({ ...base, secretOrPrivateKey: secret })
  // @ts-expect-error a misspelt option
  JwtGuardModule.forRoot({ ...base, globalguard: true })
  // @ts-expect-error true or false
  JwtGuardModule.forRoot({ ...base, globalGuard: 'yes' })
  // @ts-expect-error a misspelt option beside a guard
  JwtGuardModule.forRoot({ guard, globalguard: true })
  // @ts-expect-error options are no guard
  JwtGuardModule.forRoot({ guard: base })
  // @ts-expect-error nothing
  JwtGuardModule.forRoot({})
  // @ts-expect-error nothing at all
  JwtGuardModule.forRoot()
  // @ts-expect-error no audience
  JwtGuardModule.forRootAsync({ useFactory: () => ({ issuer: 'https://issuer.example' }) })
  // @ts-expect-error a factory returns something
  JwtGuardModule.forRootAsync({ useFactory: () => undefined })
  // @ts-expect-error it is no factory of options
  JwtGuardModule.forRootAsync({ useClass: JwtPipe })
}

export function guardsAreExtended() {
  @Injectable()
  class UserGuard extends JwtGuard {
    constructor(
      @InjectGuard() guard: Guard,
      readonly users: Map<string, object>,
    ) {
      super(guard)
    }

    override getRequest(): GuardRequest | undefined {
      return { headers: { authorization: 'Bearer x' } }
    }

    override async mapUser(auth: Auth) {
      exactly<string>()(auth.claims.org)
      return this.users.get(auth.subject ?? '')
    }
  }

  class NoRequest extends JwtGuard {
    // @ts-expect-error headers are what a token is read of
    override getRequest() {
      return 'Bearer x'
    }
  }

  void [UserGuard, NoRequest]
}

it('is judged by the compiler', () => {
  expect(typeof theModuleTakes).toBe('function')
})

describe('claims registered with the package', () => {
  /** Everything but the application: read and parsed once. */
  const parsed = new Map<string, ts.SourceFile | undefined>()
  const TIMEOUT_MS = 60_000
  const UNKNOWN = "7: Type 'unknown' is not assignable to type 'string'."

  const application = (claims: string) => `
    import { Auth, Claim, type Claims, JwtGuard } from '../src/index.ts'
    declare module '../src/index.ts' {
      interface Register { ${claims} }
    }
    declare const jwtGuard: JwtGuard, auth: Auth
    export const texts: string[] = [auth.claims.org, jwtGuard.guard.authOf({}).claims.org]
    export const parameters = [Claim('org'), Claim('level')]`

  it.each([
    [
      'type auth.claims, and @Claim() knows no others',
      'claims: { readonly org: string }',
      ['8: Argument of type \'"level"\' is not assignable to parameter of type \'"org"\'.'],
    ],
    ['may leave room for others', 'claims: Claims & { readonly org: string }', []],
    ['are anything when there are none', '', [UNKNOWN, UNKNOWN]],
  ])(
    '%s',
    (_what, claims, found) => expect(compile(application(claims))).toEqual(found),
    TIMEOUT_MS,
  )

  /** What the compiler says against an application of this one file, which is in memory. */
  function compile(text: string): string[] {
    const path = fileURLToPath(new URL('application.ts', import.meta.url))
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      strict: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      experimentalDecorators: true,
      noEmit: true,
      types: ['node'],
    }
    const host = ts.createCompilerHost(options)
    const { fileExists, getSourceFile } = host
    host.fileExists = (each) => each === path || fileExists(each)
    host.getSourceFile = (each, version, ...rest) => {
      if (each === path) return ts.createSourceFile(path, text, version, true)
      if (!parsed.has(each)) parsed.set(each, getSourceFile(each, version, ...rest))
      return parsed.get(each)
    }
    const program = ts.createProgram([path], options, host)
    const file = program.getSourceFile(path)!
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start, messageText }) => {
        const { line } = file.getLineAndCharacterOfPosition(start!)
        return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
  }
})
