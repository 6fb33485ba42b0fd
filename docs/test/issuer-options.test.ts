import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  ConfigError,
  createIssuer,
  createMemoryStore,
  type IssuerOptions,
} from '@gatewarden/issuer'
import ts from 'typescript'
// What is inside is asked for its defaults: nobody writes them twice.
import { Clients } from '../../packages/issuer/dist/clients.js'
import { resolveKeyRingOptions } from '../../packages/issuer/dist/keys/key-ring-options.js'
import { resolveOptions } from '../../packages/issuer/dist/resolve-options.js'
import { page, root, tableRows } from './markdown.ts'

const PAGE = 'docs/issuer-options.md'
const required = {
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  secret: randomBytes(32),
  onRefresh: null,
}

test('every option of an issuer is on the page, and none that does not exist', () => {
  const documented = rowsOf('', '## Of a session').map(([name]) => name)
  const known = [
    ...namesOf('IssuerOptions'),
    ...namesOf('KeyOptions').map((name) => `keys.${name}`),
    ...namesOf('CookieOptions').map((name) => `cookie.${name}`),
    ...namesOf('ClientOptions').map((name) => `clients.*.${name}`),
    ...namesOf('RevocationOptions').map((name) => `revocation.${name}`),
  ]
  expect([...documented].sort()).toEqual(known.sort())
})

test('every member of a session’s request is on the page', () => {
  const documented = rowsOf('## Of a session', '## Options of createMemoryStore').flatMap(
    ([names = '']) => names.split(', '),
  )
  expect([...documented].sort()).toEqual(namesOf('SessionRequest').sort())
})

test('the required options are those that cannot be left out', () => {
  const documented = rowsOf('', '## Of a session')
  const marked = documented.filter(([, , value]) => value === 'required').map(([name]) => name)
  expect(marked).toEqual(Object.keys(required))
  expect(() => createIssuer(required)).not.toThrow()
  for (const name of marked) {
    expect(() => createIssuer({ ...required, [name!]: undefined })).toThrow(ConfigError)
  }
})

test('the defaults are what the issuer takes', () => {
  const settings = resolveOptions(required)
  const { algorithm, modulusLength, rotateEvery, lead, retain } = resolveKeyRingOptions({
    store: settings.store.keys,
    keyEncryptionKeys: [],
    clock: settings.clock,
    maxTokenLifetime: settings.accessTokenLifetime,
  })
  const [web] = settings.clients.all
  const app = new Clients({ app: {} }).find('app')!
  const { path, sameSite, refreshName, accessName } = settings.cookie
  const real: Record<string, unknown> = {
    ...settings,
    store: 'createMemoryStore()',
    clients: { [web!.id]: { transport: web!.transport } },
    'clients.*.transport': app.transport,
    'clients.*.secret': app.secretDigests.length === 0 ? 'none' : 'some',
    'clients.*.introspects': app.introspects,
    cookie: {},
    'cookie.name': refreshName.replace('__Host-', ''),
    'cookie.path': path,
    'cookie.sameSite': sameSite,
    'cookie.accessToken': accessName ?? 'none',
    allowLongAccessTokens: mayLive(901),
    'keys.algorithm': algorithm,
    'keys.modulusLength': modulusLength,
    'keys.rotateEvery': rotateEvery,
    'keys.lead': lead,
    'keys.retain': retain,
    signers: settings.signers ?? '–',
    // A feed has these defaults: they are compared with its own page.
    'revocation.maxStaleness': 30,
    'revocation.whenStale': 'closed',
    'revocation.readEvery': 1,
    clock: "the system's",
  }
  const shown = rowsOf('', '## Of a session').filter(([, , value]) => value !== 'required')
  expect(shown.length).toBeGreaterThan(20)
  expect(settings.store.name).toBe('memory')
  for (const [name = '', , value = ''] of shown)
    expect([name, written(value)]).toEqual([name, real[name]])
})

test.each([
  ['accessTokenLifetime', 901],
  ['accessTokenJitter', 0.6],
  ['replayWindow', 301],
  ['idleLifetime', 401 * 86_400],
  ['sessionLifetime', 401 * 86_400],
  ['keys', { lead: 1_199 }],
  ['keys', { retain: 600 }],
  ['keys', { rotateEvery: 86_399 }],
  ['nonsense', 1],
  ['clients', { a: { transport: 'cookie' }, b: { transport: 'cookie' } }],
  ['clients', { web: { secret: 'short' } }],
  ['clients', { app: { introspects: ['a'] } }],
  ['cookie', { sameSite: 'None' }],
  ['cookie', { name: '__Host-a' }],
  ['signers', []],
  ['secret', 'a'.repeat(31)],
  ['issuer', 'http://api.example.com'],
  ['origins', ['https://app.example.com/']],
])('the option %s is refused as %j', (option, value) => {
  expect(() => createIssuer({ ...required, [option]: value })).toThrow(ConfigError)
})

test.each([
  { accessTokenLifetime: 900, accessTokenJitter: 0.5, replayWindow: 300 },
  { accessTokenLifetime: 86_400, allowLongAccessTokens: true },
  { idleLifetime: 400 * 86_400, sessionLifetime: 400 * 86_400 },
  { keys: { algorithm: 'EdDSA', lead: 1_200, rotateEvery: 1_200 } },
  {
    cookie: { path: '/auth', sameSite: 'None', accessToken: 'at' },
    origins: ['https://a.example'],
  },
  { secret: ['new', 'previous'].map(() => randomBytes(32)) },
  { replayWindow: 0, lateReplay: false },
] satisfies Partial<IssuerOptions>[])('%j is accepted as documented', (options) => {
  createIssuer({ ...required, ...options })
})

test('createMemoryStore takes what the page says', () => {
  const rows = rowsOf('## Options of createMemoryStore', undefined)
  expect(rows.map(([name]) => name)).toEqual(namesOf('MemoryStoreOptions'))
  const defaults = Object.fromEntries(rows.map(([name, , value = '']) => [name, written(value)]))
  expect(defaults).toEqual({ maxSessions: 100_000, maxRevocations: 100_000, inProduction: false })
  createMemoryStore(defaults)
})

function mayLive(accessTokenLifetime: number): boolean {
  try {
    createIssuer({ ...required, accessTokenLifetime })
    return true
  } catch {
    return false
  }
}

/** The value that a cell shows. */
function written(cell: string): unknown {
  if (/^-?[\d.]+$/.test(cell)) return Number(cell)
  if (cell === 'true' || cell === 'false') return cell === 'true'
  const quoted = /^'(.*)'$/.exec(cell)?.[1]
  if (quoted !== undefined) return quoted
  if (!/^[{[]/.test(cell)) return cell
  return JSON.parse(cell.replace(/(\w+):/g, '"$1":').replaceAll("'", '"')) as unknown
}

/** The rows of the tables between two headings, without backticks. */
function rowsOf(from: string, to: string | undefined): string[][] {
  const { text } = page(PAGE)
  const start = text.indexOf(from)
  const end = to === undefined ? text.length : text.indexOf(to)
  expect(Math.min(start, end)).toBeGreaterThanOrEqual(0)
  return tableRows(text.slice(start, end)).map((cells) =>
    cells.map((cell) => cell.replaceAll('`', '')),
  )
}

/** The members of an exported type, in their order. */
function namesOf(type: string): string[] {
  const path = join(root, 'packages/issuer/dist/index.d.ts')
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
  return declared.getProperties().map(({ name }) => name)
}
