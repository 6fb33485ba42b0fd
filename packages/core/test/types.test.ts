import type { KeyObject } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import {
  type Auth,
  type Claims,
  createGuard,
  type Guard,
  type GuardErrorCode,
  type GuardOptions,
  type GuardRequest,
  type JwkSet,
  type KeySnapshot,
  liftPolicies,
  type LiveKeys,
  type MaybePromise,
  type Policy,
  type RegisteredClaims,
  rememberAnswerOptions,
  requireClaim,
  requirePredicate,
  requireScopes,
  type Revocation,
  type StandardSchema,
  toGuard,
  type TokenSource,
} from '../src/index.ts'
import { compile } from './compile.ts'

/*
 * Judged by the compiler: what must not compile stands under @ts-expect-error, which itself fails where it finds no
 * error. None of it runs, but what stands at the end.
 */

declare const publicKey: KeyObject
declare const jwks: JwkSet
declare const keys: LiveKeys
declare const auth: Auth

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expectType = <_ extends true>() => undefined

const base = { issuer: 'https://issuer.example', audience: 'api' } as const
const secret = 'x'

export function oneKindOfKey() {
  createGuard({ ...base })
  createGuard({ ...base, secret })
  createGuard({ ...base, secret: [secret, new Uint8Array(32)] })
  createGuard({ ...base, publicKey })
  createGuard({ ...base, jwks })
  createGuard({ ...base, jwksUri: 'https://issuer.example/jwks' })
  createGuard({ ...base, keys })
  createGuard({ ...base, keys, algorithms: ['ES256'] })

  // @ts-expect-error a secret and a public key
  createGuard({ ...base, secret, publicKey })
  // @ts-expect-error a secret and a key set
  createGuard({ ...base, secret, jwks })
  // @ts-expect-error a secret and the URL of a key set
  createGuard({ ...base, secret, jwksUri: 'https://issuer.example/jwks' })
  // @ts-expect-error a public key and a key set
  createGuard({ ...base, publicKey, jwks })
  // @ts-expect-error a key set and the URL of one
  createGuard({ ...base, jwks, jwksUri: 'https://issuer.example/jwks' })
  // @ts-expect-error live keys and a secret
  createGuard({ ...base, keys, secret })
  // @ts-expect-error live keys and a public key
  createGuard({ ...base, keys, publicKey })
  // @ts-expect-error live keys and a key set
  createGuard({ ...base, keys, jwks })
  // @ts-expect-error live keys and the URL of a key set
  createGuard({ ...base, keys, jwksUri: 'https://issuer.example/jwks' })
  // @ts-expect-error a key set does not live
  createGuard({ ...base, keys: jwks })
  // @ts-expect-error nobody to look for more
  createGuard({ ...base, keys: { jwks: () => jwks } })
  // @ts-expect-error HMAC with live keys
  createGuard({ ...base, keys, algorithms: ['HS256'] })
  // @ts-expect-error a key set is an object
  createGuard({ ...base, jwks: 'https://issuer.example/jwks' })
  // @ts-expect-error a function is no secret
  createGuard({ ...base, secret: () => secret })
  // @ts-expect-error a secret that may be missing
  createGuard({ ...base, secret: process.env.SECRET })
}

export function algorithmsThatFitTheKey() {
  const [issuer, audience] = ['https://issuer.example', 'api']
  createGuard({ issuer, audience, secret, algorithms: ['HS512'] })
  createGuard({ issuer, audience, publicKey, algorithms: ['ES256', 'PS256'] })
  createGuard({ issuer, audience, algorithms: ['RS256'] })

  // @ts-expect-error an asymmetric algorithm with a secret
  createGuard({ issuer, audience, secret, algorithms: ['RS256'] })
  // @ts-expect-error HMAC with a public key
  createGuard({ issuer, audience, publicKey, algorithms: ['HS256'] })
  // @ts-expect-error HMAC with discovered keys
  createGuard({ issuer, audience, algorithms: ['HS256'] })
  // @ts-expect-error two algorithms for one secret
  createGuard({ issuer, audience, secret, algorithms: ['HS256', 'HS512'] })
  // @ts-expect-error no signature at all
  createGuard({ issuer, audience, publicKey, algorithms: ['none'] })
  // @ts-expect-error a text is no list
  createGuard({ issuer, audience, publicKey, algorithms: 'ES256' })
}

export function issuerAndAudience() {
  createGuard({ issuer: 'https://issuer.example', audience: null })
  createGuard({ issuer: 'https://issuer.example', audience: ['a', 'b'] })
  createGuard({ issuer: null, audience: null, secret })

  // @ts-expect-error no audience
  createGuard({ issuer: 'https://issuer.example' })
  // @ts-expect-error an undefined audience
  createGuard({ issuer: 'https://issuer.example', audience: undefined })
  // @ts-expect-error an audience that may be missing
  createGuard({ issuer: 'https://issuer.example', audience: process.env.AUDIENCE })
  // @ts-expect-error a regular expression
  createGuard({ issuer: 'https://issuer.example', audience: /api/ })
  // @ts-expect-error no issuer
  createGuard({ audience: 'api', secret })
  // @ts-expect-error nobody to discover keys from
  createGuard({ issuer: null, audience: 'api' })
  // @ts-expect-error several issuers go into issuers
  createGuard({ issuer: ['a', 'b'], audience: 'api', secret })
  // @ts-expect-error nothing
  createGuard({})
  // @ts-expect-error nothing at all
  createGuard()
}

export function severalIssuers() {
  const issuers = [base, { ...base, issuer: 'https://other.example', publicKey }]
  createGuard({ issuers })
  createGuard({ issuers: [base, { issuer: 'https://own.example', audience: 'api', keys }] })

  // @ts-expect-error each has its own audience
  createGuard({ issuers, audience: 'api' })
  // @ts-expect-error one issuer or several
  createGuard({ issuers, issuer: 'https://issuer.example' })
  // @ts-expect-error each has its own keys
  createGuard({ issuers, secret })
  // @ts-expect-error their names cannot be waived
  createGuard({ issuers: [{ issuer: null, audience: 'api', publicKey }] })
  // @ts-expect-error no audience
  createGuard({ issuers: [{ issuer: 'https://issuer.example' }] })
  // @ts-expect-error common options stand beside issuers
  createGuard({ issuers: [{ ...base, clockTolerance: 5 }] })
}

export function lookedUpIssuers() {
  const allow = (issuer: string) => issuer.endsWith('.example')
  createGuard({ issuers: { allow, resolve: (issuer) => ({ issuer, audience: 'api' }) } })
  createGuard({ issuers: { allow: ['a'], resolve: () => undefined } })
  createGuard({
    issuers: {
      allow,
      resolve: async (issuer) =>
        Promise.resolve({ issuer, audience: null, publicKey, tenant: 'a' }),
      maxIssuers: 5,
      allowPrivateHosts: true,
    },
    clockTolerance: 5,
  })

  // @ts-expect-error nobody says which may be looked up
  createGuard({ issuers: { resolve: () => undefined } })
  // @ts-expect-error nobody looks them up
  createGuard({ issuers: { allow } })
  // @ts-expect-error allow answers at once
  createGuard({ issuers: { allow: async () => Promise.resolve(true), resolve: () => undefined } })
  // @ts-expect-error no pattern
  createGuard({ issuers: { allow: /example/, resolve: () => undefined } })
  // @ts-expect-error no audience
  createGuard({ issuers: { allow, resolve: (issuer: string) => ({ issuer }) } })
  // @ts-expect-error the name of an issuer that is looked up cannot be waived
  createGuard({ issuers: { allow, resolve: () => ({ issuer: null, audience: 'a', publicKey }) } })
  // @ts-expect-error each has its own audience
  createGuard({ issuers: { allow, resolve: () => undefined }, audience: 'api' })
}

export async function whileItRuns() {
  const guard = createGuard(base)
  guard.issuers.add({ ...base, publicKey, tenant: 'a', maxStale: 5, allowInsecureHttp: true })
  expectType<Equal<ReturnType<typeof guard.issuers.remove>, boolean>>()
  guard.keys.revoke('k')
  guard.keys.revoke('k', 'https://issuer.example')
  const snapshot = guard.keys.export()
  expectType<Equal<typeof snapshot, KeySnapshot>>()
  expectType<Equal<ReturnType<typeof guard.keys.import>, number>>()
  guard.keys.import(snapshot)
  await guard.keys.refresh('https://issuer.example')
  const health = guard.health()
  void health.issuers[0]?.lastError?.message
  expectType<
    Equal<(typeof health.issuers)[number]['state'], 'fresh' | 'stale' | 'expired' | 'configured'>
  >()

  // @ts-expect-error no audience
  guard.issuers.add({ issuer: 'https://issuer.example' })
  // @ts-expect-error a name that is waived
  guard.issuers.add({ issuer: null, audience: 'api', publicKey })
  // @ts-expect-error an option of the guard
  guard.issuers.add({ ...base, clockTolerance: 5 })
  // @ts-expect-error which key
  guard.keys.revoke()
  // @ts-expect-error no snapshot
  guard.keys.import({ keys: [] })
}

export function expectedClaims() {
  createGuard({ ...base, expectedClaims: { token_use: 'access', level: [1, 2], mfa: true } })
  createGuard({ ...base, profile: 'id-token' })

  // @ts-expect-error a claim that is expected to be nothing
  createGuard({ ...base, expectedClaims: { token_use: undefined } })
  // @ts-expect-error no pattern
  createGuard({ ...base, expectedClaims: { token_use: /access/ } })
  // @ts-expect-error one tenant
  createGuard({ ...base, tenant: ['a', 'b'] })
  // @ts-expect-error seconds
  createGuard({ ...base, maxStale: '1h' })
}

export function otherOptions() {
  createGuard({ ...base, cache: false, tokenFrom: ['header', { cookie: 'at' }], optional: true })

  // @ts-expect-error an option of another library
  createGuard({ ...base, credentialsRequired: false })
  // @ts-expect-error a misspelt option
  createGuard({ ...base, clockTolerence: 5 })
  // @ts-expect-error a text is no number of seconds
  createGuard({ ...base, clockTolerance: '30s' })
  // @ts-expect-error a cache is switched off or sized
  createGuard({ ...base, cache: true })
  // @ts-expect-error there is no such profile
  createGuard({ ...base, profile: 'id_token' })
  // @ts-expect-error there is no such place
  createGuard({ ...base, tokenFrom: 'cookie' })
  // @ts-expect-error a check answers
  createGuard({ ...base, check: () => undefined })

  const sources: TokenSource[] = ['header', 'form', 'query', { cookie: 'a' }, () => undefined]
  return sources
}

interface Account {
  readonly sub: string
  readonly org: number
}
declare const schema: StandardSchema<Account>

export async function schemaTypesTheClaims(request: GuardRequest) {
  const guard = createGuard({ ...base, schema })
  expectType<Equal<typeof guard, Guard<Account>>>()
  const { claims } = await guard.verify('token')
  expectType<Equal<typeof claims, Account>>()
  expectType<Equal<ReturnType<typeof guard.authOf>['claims']['org'], number>>()
  expectType<Equal<Awaited<ReturnType<typeof guard.authenticate>>, Auth<Account> | undefined>>()
  // @ts-expect-error the schema made no such claim
  void claims.email

  createGuard({ ...base, schema, check: ({ claims: { org } }) => org > 5 })
  // @ts-expect-error org is a number
  createGuard({ ...base, schema, check: ({ claims: { org } }) => org === 'acme' })

  const plain = createGuard(base)
  expectType<Equal<typeof plain, Guard>>()
  const admission = await plain.admit(request)
  if (admission.refusal === undefined) {
    expectType<Equal<typeof admission.auth, Auth | undefined>>()
  } else {
    expectType<Equal<typeof admission.auth, undefined>>()
    expectType<Equal<typeof admission.refusal.code, GuardErrorCode>>()
  }
  expectType<Equal<ReturnType<typeof plain.admit>, MaybePromise<typeof admission>>>()
}

export function authIsReadOnly() {
  expectType<Equal<typeof auth.scopes, readonly string[]>>()
  expectType<Equal<Claims['exp'], number>>()
  // @ts-expect-error nothing of it can be written
  auth.subject = 'admin'
  // @ts-expect-error nor be added to
  auth.scopes.push('admin')
  // @ts-expect-error nor can the claims
  auth.claims.sub = 'admin'
}

export function policies() {
  const policy: Policy = requireScopes('a', 'b')
  requireClaim('org', 'acme')
  requirePredicate('mine', ({ subject }) => subject === 'alice')
  // @ts-expect-error a list is spread
  requireScopes(['a', 'b'])
  // @ts-expect-error a predicate that has to be waited for
  requirePredicate('mine', async () => true)
  // @ts-expect-error a predicate that does not answer
  requirePredicate('mine', () => undefined)
  // @ts-expect-error a claim has to be something
  requireClaim('org', undefined)
  // @ts-expect-error a policy cannot be written
  policy.requirement = 'x'
}

interface Context {
  readonly url: string
}

export function whatAdaptersUse(
  guard: Guard<Account>,
  request: GuardRequest,
  response: ServerResponse,
) {
  const guards = [toGuard(guard), toGuard({ ...base, schema }), toGuard(base)] as const
  expectType<Equal<typeof guards, readonly [Guard<Account>, Guard<Account>, Guard]>>()
  void guards

  void guard.admit(request, { response, knownAs: { request }, optional: true })
  // @ts-expect-error the response is one of the options
  void guard.admit(request, response)
  // @ts-expect-error a text is no place to remember anything with
  void guard.admit(request, { knownAs: 'context' })
  // @ts-expect-error a misspelt option
  void guard.admit(request, { knowAs: request })

  rememberAnswerOptions({ forwardErrors: true })(request)
  // @ts-expect-error true or false
  rememberAnswerOptions({ forwardErrors: 'yes' })
  // @ts-expect-error an option of the guard
  rememberAnswerOptions({ optional: true })

  const lifted = liftPolicies(() => (context: Context) => context.url === '/')
  const handler = lifted.allOf(lifted.requireScopes('a'), requireScopes('b'))
  expectType<Equal<typeof handler, ((context: Context) => boolean) & Policy>>()
  void handler
  lifted.requirePredicate('mine', ({ subject }, { url }: Context) => url === `/${subject}`)
  // @ts-expect-error a list is spread
  lifted.requireScopes(['a', 'b'])
  // @ts-expect-error a function is no policy
  lifted.authorize(() => true)
  // @ts-expect-error a text is nothing to mount
  liftPolicies(() => 'handler')
}

export function claimsNobodyRegistered() {
  expectType<Equal<RegisteredClaims, Claims>>()
  expectType<Equal<Auth['claims'], Claims>>()
  expectType<Equal<Claims['org'], unknown>>()
}

export function revocations(): Revocation[] {
  return [
    { tokenId: 'a', issuer: undefined, until: 5 },
    // @ts-expect-error whose
    { tokenId: 'a', until: 5 },
    { subject: 'a', issuer: 'https://issuer.example', until: 5, issuedUpTo: 4 },
    // @ts-expect-error until when
    { tokenId: 'a' },
    // @ts-expect-error revoke what
    { until: 5 },
    // @ts-expect-error a claim's name is no identifier
    { jti: 'a', until: 5 },
  ]
}

export const notReadable: GuardOptions = {
  ...base,
  // @ts-expect-error a clock tells numbers
  clock: () => new Date(),
}

it('is judged by the compiler', () => {
  expect(typeof oneKindOfKey).toBe('function')
})

describe.each([
  ['the package', '@gatewarden/core'],
  ['an adapter that exports it again', './adapter.ts'],
])('claims registered with %s', (_, name) => {
  const adapter = `
    export {
      type Admission, type Auth, type Claims, createGuard, type Guard, type GuardOptions, type Register,
      type RegisteredClaims, requirePredicate, toGuard,
    } from '@gatewarden/core'`

  const register = (members: string) => `
    import type { Claims } from '${name}'
    declare module '${name}' {
      interface Register { ${members} }
    }`

  // Each line reads a claim that must be a text, and is none unless somebody registered it.
  const app = `
    import type { Admission, Auth, Guard, GuardOptions, RegisteredClaims } from '${name}'
    import { createGuard, requirePredicate, toGuard } from '${name}'
    declare const options: GuardOptions, auth: Auth, guard: Guard, registered: RegisteredClaims
    declare const admission: Admission
    export const texts: string[] = [
      registered.org,
      auth.claims.org,
      admission.auth!.claims.org,
      guard.authOf({}).claims.org,
      (await guard.verify('')).claims.org,
      createGuard(options).authOf({}).claims.org,
      createGuard({ issuer: 'https://a', audience: 'b' }).authOf({}).claims.org,
      toGuard(options).authOf({}).claims.org,
      toGuard({ issuer: 'https://a', audience: 'b' }).authOf({}).claims.org,
    ]
    requirePredicate('own', ({ claims }) => claims.org.startsWith('acme'))`

  // The claims are what was registered: neither any, nor more.
  const strictly = `
    import { type Auth, type Claims, createGuard } from '${name}'
    declare const auth: Auth, claims: Claims
    // @ts-expect-error it is a text
    export const org: number = auth.claims.org
    // @ts-expect-error nobody registered it
    export const level: number = auth.claims.level
    // @ts-expect-error the claims of RFC 7519 alone
    export const plain: string = claims.org
    export const exp: number = auth.claims.exp
    interface Account { readonly org: number }
    const schema = { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: { org: 5 } }) } } as const
    export const ofSchema: Account = createGuard({ issuer: 'https://a', audience: 'b', schema }).authOf({}).claims`

  it('type everything that has no schema', () => {
    const members = 'claims: Claims & { readonly org: string }'
    const files = { 'register.ts': register(members), 'app.ts': app, 'strictly.ts': strictly }
    expect(compile({ ...files, 'adapter.ts': adapter })).toEqual([])
  })

  it.each([
    ['when there are none', ''],
    ['under another name', 'claim: Claims & { readonly org: string }'],
  ])('change nothing %s', (_what, members) => {
    const found = compile({
      'adapter.ts': adapter,
      'register.ts': register(members),
      'app.ts': app,
    })
    const unknown = "Type 'unknown' is not assignable to type 'string'."
    expect(found).toEqual([
      ...[7, 8, 9, 10, 11, 12, 13, 14, 15].map((line) => `app.ts:${line}: ${unknown}`),
      "app.ts:17: 'claims.org' is of type 'unknown'.",
    ])
  })
})
