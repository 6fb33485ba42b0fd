import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  ConfigError,
  createGuard,
  createMemoryRevocations,
  type GuardOptions,
} from '@gatewarden/core'
import { JwtGuard, JwtGuardModule } from '@gatewarden/nest-jwt-module'
import { createAuthority } from '@gatewarden/testing'
import { APP_GUARD } from '@nestjs/core'
import ts from 'typescript'
import { page, root, tableRows } from './markdown.ts'

const text = page('docs/options.md').text
const authority = createAuthority()

const documented = section('', '## The second argument of jwtGuard')
const base = { issuer: 'https://login.example.com', audience: 'https://api.example.com' }

/** For every option: options of a guard that use it, in a form the page names. */
const samples: { [option: string]: object[] } = {
  issuer: [base, { ...base, issuer: null, secret: randomBytes(32) }],
  audience: [base, { ...base, audience: ['a', 'b'] }, { ...base, audience: null }],
  issuers: [{ issuers: [base, { issuer: 'https://other.example.com', audience: 'a' }] }],
  'issuers.allow': [
    { issuers: { allow: ['https://other.example.com'], resolve: () => undefined } },
    { issuers: { allow: () => true, resolve: () => undefined } },
  ],
  'issuers.resolve': [
    { issuers: { allow: [], resolve: () => base } },
    { issuers: { allow: [], resolve: () => Promise.resolve(base) } },
  ],
  'issuers.maxIssuers': [{ issuers: { allow: [], resolve: () => base, maxIssuers: 1_000 } }],
  'issuers.allowPrivateHosts': [
    { issuers: { allow: [], resolve: () => base, allowPrivateHosts: true } },
  ],
  tenant: [{ ...base, tenant: 'acme' }],
  maxStale: [
    { ...base, maxStale: 0 },
    { ...base, maxStale: 604_800 },
  ],
  allowInsecureHttp: [
    { issuer: 'http://keycloak:8080/realms/x', audience: 'a', allowInsecureHttp: true },
  ],
  expectedClaims: [
    { ...base, expectedClaims: { token_use: 'access' } },
    { ...base, expectedClaims: { level: [1, 2], mfa: true } },
  ],
  secret: [
    { ...base, secret: randomBytes(32).toString('base64url') },
    { ...base, secret: [randomBytes(32), randomBytes(32)] },
  ],
  publicKey: [
    { ...base, publicKey: authority.publicKeyPem },
    { ...base, publicKey: [authority.publicKey] },
  ],
  jwks: [{ ...base, jwks: authority.jwks() }],
  jwksUri: [{ ...base, jwksUri: 'https://login.example.com/keys' }],
  keys: [{ ...base, keys: { jwks: () => authority.jwks(), refresh: () => Promise.resolve() } }],
  algorithms: [
    { ...base, algorithms: ['RS256', 'ES256'] },
    { ...base, algorithms: ['HS512'], secret: randomBytes(64) },
  ],
  profile: [
    { ...base, profile: 'jwt' },
    { ...base, profile: 'rfc9068' },
    { ...base, profile: 'id-token' },
  ],
  requiredClaims: [{ ...base, requiredClaims: ['sub'] }],
  maxTokenAge: [{ ...base, maxTokenAge: 3600 }],
  claimPaths: [{ ...base, claimPaths: {} }],
  'claimPaths.scopes': [{ ...base, claimPaths: { scopes: ['scope', 'scp'] } }],
  'claimPaths.roles': [{ ...base, claimPaths: { roles: ['a.b', ['c', 'd.e']] } }],
  'claimPaths.permissions': [{ ...base, claimPaths: { permissions: 'permissions' } }],
  'claimPaths.tenant': [{ ...base, claimPaths: { tenant: 'tid' } }],
  'claimPaths.client': [{ ...base, claimPaths: { client: 'cid' } }],
  tokenFrom: [
    { ...base, tokenFrom: ['header', { cookie: '__Host-a', origins: ['https://a.example.com'] }] },
    { ...base, tokenFrom: 'form' },
    { ...base, tokenFrom: 'query' },
    { ...base, tokenFrom: () => undefined },
  ],
  optional: [{ ...base, optional: true }],
  maxTokenSize: [
    { ...base, maxTokenSize: 64 },
    { ...base, maxTokenSize: 1_048_576 },
  ],
  clockTolerance: [
    { ...base, clockTolerance: 0 },
    { ...base, clockTolerance: 300 },
  ],
  clock: [{ ...base, clock: () => 0 }],
  cache: [
    { ...base, cache: false },
    { ...base, cache: { maxEntries: 50_000 } },
  ],
  schema: [
    {
      ...base,
      schema: {
        '~standard': { version: 1, vendor: '', validate: (value: unknown) => ({ value }) },
      },
    },
  ],
  check: [{ ...base, check: () => true }],
  revocation: [{ ...base, revocation: { isRevoked: () => false } }],
  realm: [{ ...base, realm: 'orders' }],
  resourceMetadata: [{ ...base, resourceMetadata: 'https://api.example.com/.well-known/x' }],
}

test.each(documented)('the option %s is accepted as documented', (option) => {
  const forms = samples[option] ?? []
  expect(forms.length).toBeGreaterThan(0)
  for (const options of forms) createGuard(options as GuardOptions)
})

test.each([
  ['maxTokenSize', 63],
  ['maxTokenSize', 1_048_577],
  ['clockTolerance', 301],
  ['clockTolerance', -1],
  ['algorithms', []],
  ['algorithms', ['HS256']],
  ['nonsense', 1],
  ['issuers', []],
  ['issuers', { resolve: () => base }],
  ['maxStale', 604_801],
])('the option %s is refused as %j', (option, value) => {
  const options = { ...(option === 'issuers' ? {} : base), [option]: value }
  expect(() => createGuard(options as unknown as GuardOptions)).toThrow(ConfigError)
})

test('every option of a guard is on the page, and none that does not exist', () => {
  const known = [
    ...namesOf('GuardOptions'),
    ...namesOf('ClaimPathOptions').map((name) => `claimPaths.${name}`),
    ...namesOf('IssuerLookup').map((name) => `issuers.${name}`),
  ]
  expect([...new Set(documented)].sort()).toEqual([...new Set(known)].sort())
  expect(documented).toHaveLength(new Set(documented).size)
})

test('the options of createMemoryRevocations are those on the page', () => {
  const names = section(
    '## Options of createMemoryRevocations',
    '## Options of createRevocationFeed',
  )
  expect([...names].sort()).toEqual(namesOf('MemoryRevocationsOptions').sort())
  expect(() => createMemoryRevocations({ maxEntries: 100_000, clock: () => 0 })).not.toThrow()
})

test('the second argument of jwtGuard takes what the page says', () => {
  const names = section('## The second argument of jwtGuard', '## Options of JwtGuardModule')
  expect(names).toEqual(namesOf('AnswerOptions', 'packages/express-jwt-guard/dist/index.d.ts'))
  expect(names).toEqual(namesOf('AnswerOptions', 'packages/koa-jwt/dist/index.d.ts'))
})

test('JwtGuardModule takes what the page says beside the options of a guard', () => {
  const names = section('## Options of JwtGuardModule', '## Options of createMemoryRevocations')
  expect(names).toEqual(['globalGuard'])
  const { providers = [] } = JwtGuardModule.forRoot({ ...base, globalGuard: true })
  expect(providers).toContainEqual({ provide: APP_GUARD, useExisting: JwtGuard })
})

test('no option of another library is silently ignored', () => {
  const theirs = tableRows(page('docs/migrating.md').text)
    .flatMap(([cell = '']) =>
      [...cell.matchAll(/`([a-zA-Z]+)(?:: [^`]*)?`/g)].map((match) => match[1] ?? ''),
    )
    .filter((name) => !documented.includes(name) && !['verify', 'global'].includes(name))
  expect(theirs.length).toBeGreaterThan(30)
  for (const name of theirs) {
    expect(() => createGuard({ ...base, [name]: true })).toThrow(ConfigError)
  }
})

/** The names in the first column of the tables between two headings. */
function section(from: string, to: string | undefined): string[] {
  const start = text.indexOf(from)
  const end = to === undefined ? text.length : text.indexOf(to)
  expect(Math.min(start, end)).toBeGreaterThanOrEqual(0)
  return tableRows(text.slice(start, end)).map(([name = '']) => name.replaceAll('`', ''))
}

/** The members of an exported options type, of every branch where it is a union. */
function namesOf(type: string, entry = 'packages/core/dist/index.d.ts'): string[] {
  const path = join(root, entry)
  const program = ts.createProgram([path], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    strict: true,
  })
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!
  const symbol = checker.getExportsOfModule(module).find(({ name }) => name === type)!
  const declared = checker.getDeclaredTypeOfSymbol(
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  )
  const branches = declared.isUnion() ? declared.types : [declared]
  return [...new Set(branches.flatMap((branch) => branch.getProperties().map(({ name }) => name)))]
}
