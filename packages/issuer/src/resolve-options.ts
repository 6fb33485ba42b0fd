import { type Clock, type IssuerStore, systemClock } from '@gatewarden/core'
import {
  ConfigError,
  describeGiven,
  expectBoolean,
  expectClock,
  expectFunction,
  expectNumber,
  expectText,
  expectTexts,
  isPlainObject,
  isSecureUrl,
} from '@gatewarden/core/kit'
import { Clients } from './clients.ts'
import { type CookieSettings, resolveCookie } from './cookies.ts'
import type { IssuerOptions, KeyOptions, RevocationOptions } from './options.ts'
import type { OnRefresh } from './on-refresh.ts'
import { type DerivedKeys, deriveKeys } from './secrets.ts'
import { createMemoryStore } from './stores/memory/memory-store.ts'

/** The options of an issuer, checked and with their defaults. */
export interface IssuerSettings {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly secrets: readonly DerivedKeys[]
  readonly onRefresh: OnRefresh | null
  readonly store: IssuerStore
  readonly clients: Clients
  readonly origins: readonly string[]
  readonly cookie: CookieSettings
  readonly accessTokenLifetime: number
  /** The longest that the options allow: what was issued before they were changed lives as long. */
  readonly longestLifetime: number
  readonly accessTokenJitter: number
  readonly idleLifetime: number
  readonly sessionLifetime: number
  readonly replayWindow: number
  readonly lateReplay: boolean
  readonly revocation: RevocationOptions
  readonly keys: KeyOptions
  readonly signers: IssuerOptions['signers']
  readonly basePath: string
  readonly clock: Clock
}

const OPTION_NAMES: readonly string[] = [
  'issuer',
  'audience',
  'secret',
  'onRefresh',
  'store',
  'clients',
  'origins',
  'cookie',
  'accessTokenLifetime',
  'allowLongAccessTokens',
  'accessTokenJitter',
  'idleLifetime',
  'sessionLifetime',
  'replayWindow',
  'lateReplay',
  'revocation',
  'keys',
  'signers',
  'basePath',
  'clock',
]

/** Options of other libraries, and what stands for them here. */
const OURS_FOR_THEIRS = new Map([
  ['expiresIn', 'write accessTokenLifetime, in seconds'],
  ['signOptions', 'write accessTokenLifetime, audience and issuer as options of their own'],
  ['privateKey', 'keys are made and changed by the issuer; for keys of your own write signers'],
  ['algorithm', 'write keys: { algorithm }'],
  ['refreshTokenLifetime', 'write idleLifetime and sessionLifetime, in seconds'],
  ['secrets', 'write secret: a list holds several'],
  ['cookies', 'write cookie'],
])

const DAY = 86_400
export const LONGEST_ACCESS_TOKEN = 900

/**
 * Checks everything that can be checked before the first login, and fills in the defaults.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function resolveOptions(given: IssuerOptions): IssuerSettings {
  if (!isPlainObject(given))
    throw new ConfigError('options', `expected a plain object, ${describeGiven(given)}`)
  const options = Object.assign(Object.create(null) as object, given) as unknown as IssuerOptions
  refuseUnknown(options)
  const { accessTokenJitter = 0.1, idleLifetime = 14 * DAY, sessionLifetime = 90 * DAY } = options
  const { replayWindow = 30, lateReplay = true, clock = systemClock, origins = [] } = options
  const { clients = { web: { transport: 'cookie' } }, cookie = {} } = options
  const { revocation = {}, keys = {} } = options
  const issuer = resolveIssuerUrl(options.issuer)
  const accessTokenLifetime = resolveAccessTokenLifetime(options)
  expectClock('clock', clock)
  const resolved = {
    issuer,
    audiences: resolveAudiences(options.audience),
    secrets: deriveKeys(options.secret, issuer),
    onRefresh: resolveOnRefresh(options.onRefresh),
    store: resolveStore(options.store),
    clients: new Clients(clients),
    origins: resolveOrigins(origins),
    cookie: resolveCookie(cookie),
    accessTokenLifetime,
    longestLifetime: options.allowLongAccessTokens === true ? DAY : LONGEST_ACCESS_TOKEN,
    accessTokenJitter: expectNumber('accessTokenJitter', accessTokenJitter, 0, 0.5, 'a part'),
    // A session that ends before its access token would leave one nobody could revoke by it.
    idleLifetime: expectSeconds('idleLifetime', idleLifetime, accessTokenLifetime, 400 * DAY),
    sessionLifetime: expectSeconds(
      'sessionLifetime',
      sessionLifetime,
      accessTokenLifetime,
      400 * DAY,
    ),
    replayWindow: expectSeconds('replayWindow', replayWindow, 0, 300),
    lateReplay: expectBoolean('lateReplay', lateReplay),
    revocation: expectMembers('revocation', revocation, REVOCATION_OPTION_NAMES),
    keys: expectKeyOptions(keys),
    signers: options.signers,
    basePath: resolveBasePath(options.basePath ?? '/auth'),
    clock,
  }
  if (options.signers !== undefined && options.keys !== undefined)
    throw new ConfigError('signers', 'they stand in place of keys: write one of the two')
  if (resolved.cookie.sameSite === 'None' && resolved.origins.length === 0)
    throw new ConfigError(
      'cookie.sameSite',
      "'None' is for pages of another site: list them in origins",
    )
  return resolved
}

function refuseUnknown(options: object): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue
    throw new ConfigError(
      name,
      OURS_FOR_THEIRS.get(name) ?? `there is no such option; there are ${OPTION_NAMES.join(', ')}`,
    )
  }
}

const KEY_OPTION_NAMES = ['algorithm', 'modulusLength', 'rotateEvery', 'lead', 'retain']
const REVOCATION_OPTION_NAMES = ['maxStaleness', 'whenStale', 'readEvery']

/** The values are for the key ring and the feed to judge; a name that they do not know would be ignored. */
function expectMembers<T extends object>(option: string, given: T, names: readonly string[]): T {
  if (!isPlainObject(given))
    throw new ConfigError(option, `expected an object, ${describeGiven(given)}`)
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    throw new ConfigError(
      `${option}.${name}`,
      `there is no such option; there are ${names.join(', ')}`,
    )
  }
  return given
}

export function expectKeyOptions(given: KeyOptions): KeyOptions {
  return expectMembers('keys', given, KEY_OPTION_NAMES)
}

/** RFC 8414 §2: a URL without query and fragment. */
export function resolveIssuerUrl(issuer: unknown): string {
  if (isSecureUrl(issuer) && !/[?#]/.test(issuer)) return issuer
  throw new ConfigError(
    'issuer',
    `expected its https URL (http on the loopback interface only) without query and fragment, ${describeGiven(issuer)}`,
  )
}

function resolveAudiences(audience: unknown): readonly string[] {
  if (!Array.isArray(audience)) return [expectText('audience', audience)]
  if (audience.length === 0)
    throw new ConfigError('audience', 'expected at least one, got an empty list')
  return [...expectTexts('audience', audience)]
}

/** A null is a decision; a missing one is a user who stays what they were for as long as they like. */
function resolveOnRefresh(onRefresh: unknown): OnRefresh | null {
  if (onRefresh === null) return null
  if (onRefresh !== undefined) return expectFunction('onRefresh', onRefresh) as OnRefresh
  throw new ConfigError(
    'onRefresh',
    'expected a function that says what the user may do now, or null to let sessions keep what they were opened with',
  )
}

export function resolveStore(store: unknown): IssuerStore {
  if (store === undefined) return createMemoryStore()
  const { sessions, keys, revocations } = Object(store) as Partial<IssuerStore>
  if ([sessions, keys, revocations].every((part) => typeof part === 'object'))
    return store as IssuerStore
  throw new ConfigError(
    'store',
    `expected createMemoryStore(), createPostgresStore(pool) or createRedisStore(client), ${describeGiven(store)}`,
  )
}

/** As a browser sends them in `Origin`: anything else would never match. */
function resolveOrigins(origins: unknown): readonly string[] {
  return expectTexts('origins', origins).map((origin, at) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
    throw new ConfigError(
      `origins[${at}]`,
      `expected an origin, as in https://app.example.com, ${describeGiven(origin)}`,
    )
  })
}

function resolveAccessTokenLifetime({
  accessTokenLifetime = 600,
  allowLongAccessTokens = false,
}: IssuerOptions): number {
  const mayBeLong = expectBoolean('allowLongAccessTokens', allowLongAccessTokens)
  if (!mayBeLong && accessTokenLifetime > LONGEST_ACCESS_TOKEN && accessTokenLifetime <= DAY) {
    throw new ConfigError(
      'accessTokenLifetime',
      `expected at most ${LONGEST_ACCESS_TOKEN} seconds, got ${accessTokenLifetime}: a stolen token counts for so long; ` +
        'write allowLongAccessTokens: true if it must',
    )
  }
  const longest = mayBeLong ? DAY : LONGEST_ACCESS_TOKEN
  return expectSeconds('accessTokenLifetime', accessTokenLifetime, 1, longest)
}

/** Whole ones: a fraction in `exp` is more than many a verifier reads. */
function expectSeconds(option: string, value: unknown, least: number, most: number): number {
  const seconds = expectNumber(option, value, least, most, 'seconds')
  if (Number.isInteger(seconds)) return seconds
  throw new ConfigError(option, `expected whole seconds, ${describeGiven(value)}`)
}

function resolveBasePath(path: unknown): string {
  if (typeof path === 'string' && /^(\/[\w.~-]+)*$/.test(path) && !/\/\.\.?(\/|$)/.test(path))
    return path
  throw new ConfigError(
    'basePath',
    `expected a path as in /auth, without a slash at the end, ${describeGiven(path)}`,
  )
}
