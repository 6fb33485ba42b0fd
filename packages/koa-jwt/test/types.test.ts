import '../src/augment.ts'
import { bodyParser } from '@koa/bodyparser'
import Router, { type RouterContext } from '@koa/router'
import type { StandardSchema } from '@gatewarden/core'
import Koa, { type Context as KoaContext } from 'koa'
import {
  allOf,
  anyOf,
  type Auth,
  authorize,
  type Claims,
  type Context,
  createGuard,
  type Guard,
  type GuardError,
  isGuardError,
  jwtGuard,
  not,
  type Policy,
  type PolicyMiddleware,
  requireClaim,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from '../src/index.ts'

/*
 * Judged by the compiler: what must not compile stands under @ts-expect-error, which itself fails where it finds no
 * error. None of it runs.
 */

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
declare const guard: Guard

const base = { issuer: 'https://issuer.example', audience: 'api' } as const
const secret = 'x'

export function stateIsTyped() {
  const app = new Koa()
  app.use(jwtGuard(guard))
  app.use(requireScopes('read'))
  app.use((ctx) => {
    exactly<Auth>()(ctx.state.auth)
    exactly<string | undefined>()(ctx.state.auth.subject)
    // @ts-expect-error nothing of it can be written
    ctx.state.auth.subject = 'admin'
    // @ts-expect-error there is no such member
    void ctx.state.auth.sub
    // Other middleware keeps its freedom.
    ctx.state.user = { name: 'alice' }
  })
  app.use(jwtGuard(guard)).use((ctx) => {
    exactly<Auth>()(ctx.state.auth)
  })
}

export function stateIsTypedBehindPoliciesOfARouter() {
  const router = new Router()
  router.get('/', (ctx) => {
    exactly<Auth>()(ctx.state.auth)
  })
  router.get('/users/:user', requireScopes('read'), (ctx) => {
    exactly<Auth>()(ctx.state.auth)
    exactly<Record<string, string>>()(ctx.params)
    ctx.status = 201
    ctx.set({ Location: '/' })
    ctx.set('X-Request', '1')
    ctx.body = { subject: ctx.state.auth.subject }
  })
  router.post('/', jwtGuard(guard), requireUser(), requireRoles('clerk'), async (ctx, next) => {
    exactly<Auth>()(ctx.state.auth)
    await next()
  })
  router.get('name', '/', requireScopes('read'), (ctx) => {
    exactly<Auth>()(ctx.state.auth)
  })
}

export function middlewareMounts() {
  const app = new Koa()
  const router = new Router({ prefix: '/orders' })
  router.use(jwtGuard(guard), requireScopes('read'))
  router.use('/admin', jwtGuard(base), requireRoles('admin'))
  router.all('/', not(requireRoles('banned')), bodyParser(), () => undefined)
  app.use(bodyParser()).use(jwtGuard(guard, { forwardErrors: true }))
  app
    .use(authorize(requireScopes('read')))
    .use(router.routes())
    .use(router.allowedMethods())
  // @ts-expect-error it takes options or a guard
  app.use(jwtGuard)
  // @ts-expect-error a policy takes what it requires
  app.use(requireScopes)
  // @ts-expect-error a policy of the core is no middleware, authorize makes one of it
  app.use({} as Policy)
}

interface Mine {
  readonly mine: number
}

/** An application that types its state itself has `auth` in it, or uses `guard.authOf`. */
export function middlewareMountsOnAStateOfYourOwn() {
  const app = new Koa<Mine>()
  app.use(jwtGuard(guard)).use((ctx) => {
    exactly<number>()(ctx.state.mine)
    // @ts-expect-error this application's state has none
    void ctx.state.auth
    exactly<Auth>()(guard.authOf(ctx))
  })
  const router = new Router<Mine & { auth: Auth }>()
  router.get('/', requireScopes('read'), (ctx) => {
    exactly<number>()(ctx.state.mine)
    exactly<Auth>()(ctx.state.auth)
  })
}

export function registeredClaimsTypeEveryAuth() {
  const plain = createGuard(base)
  exactly<Guard<Org>>()(plain)
  exactly<Guard<Org>>()(guard)
  new Koa().use((ctx) => {
    exactly<string>()(ctx.state.auth.claims.org)
    exactly<Org>()(plain.authOf(ctx).claims)
  })
  jwtGuard({ ...base, check: ({ claims: { org } }) => org === 'acme' })
  // @ts-expect-error org is a text
  jwtGuard({ ...base, check: ({ claims: { org } }) => org === 5 })
  // @ts-expect-error org is a text
  requirePredicate('own organisation', ({ claims: { org } }) => org === 5)
}

export function schemaTypesTheClaims() {
  const accounts = createGuard({ ...base, schema })
  exactly<Guard<Account>>()(accounts)
  new Koa().use(jwtGuard(accounts)).use((ctx) => {
    const { claims } = accounts.authOf(ctx)
    exactly<Account>()(claims)
    exactly<Auth<Account> | undefined>()(accounts.optionalAuthOf(ctx))
    // @ts-expect-error the schema made no such claim
    void claims.org
  })
  jwtGuard({ ...base, schema, check: ({ claims: { plan } }) => plan === 'business' })
  // @ts-expect-error there is no such plan
  jwtGuard({ ...base, schema, check: ({ claims: { plan } }) => plan === 'gold' })
}

export function predicatesGetTheContext(): PolicyMiddleware[] {
  return [
    requirePredicate(
      'with what a guard uses',
      (auth, ctx: Context) => auth.subject === ctx.req.url,
    ),
    requirePredicate('with all of Koa', (auth, ctx: KoaContext) => auth.subject === ctx.query.user),
    requirePredicate(
      'with the path',
      ({ kind, subject }, { params }: RouterContext) => kind === 'user' && subject === params.user,
    ),
    allOf(requireScopes('read'), anyOf(requireClaim('org', 'acme'), not(requireRoles('banned')))),
    // @ts-expect-error a predicate that has to be waited for
    requirePredicate('later', async (_auth, _ctx: Context) => true),
    // @ts-expect-error a context has no such member
    requirePredicate('params', ({ subject }, { params }: Context) => subject === params),
    // @ts-expect-error a list is spread
    requireScopes(['read']),
  ]
}

export function refusalsAreTyped() {
  new Koa().use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (!isGuardError(error)) throw error
      exactly<GuardError>()(error)
      ctx.status = error.status
      ctx.set({ ...error.headers })
      ctx.body = { code: error.code }
    }
  })
}

export function wrongOptions() {
  jwtGuard(base)
  jwtGuard({ ...base, secret, algorithms: ['HS512'], optional: true }, { forwardErrors: false })

  // @ts-expect-error a secret and the URL of a key set
  jwtGuard({ ...base, secret, jwksUri: 'https://issuer.example/jwks' })
  // @ts-expect-error an asymmetric algorithm with a secret
  jwtGuard({ ...base, secret, algorithms: ['RS256'] })
  // @ts-expect-error a secret that may be missing
  jwtGuard({ ...base, secret: process.env.SECRET })
  // @ts-expect-error no audience
  jwtGuard({ issuer: 'https://issuer.example' })
  // @ts-expect-error an audience that may be missing
  jwtGuard({ issuer: 'https://issuer.example', audience: process.env.AUDIENCE })
  // @ts-expect-error one issuer or several
  jwtGuard({ issuers: [base], issuer: 'https://issuer.example' })
  // @ts-expect-error an option of another library
  jwtGuard({ ...base, passthrough: true })
  // @ts-expect-error how to answer is the second argument
  jwtGuard({ ...base, forwardErrors: true })
  // @ts-expect-error a misspelt option
  jwtGuard(guard, { forwardErors: true })
  // @ts-expect-error true or false
  jwtGuard(guard, { forwardErrors: 'yes' })
  // @ts-expect-error nothing at all
  jwtGuard()
}

it('is judged by the compiler', () => {
  expect(typeof stateIsTyped).toBe('function')
})
