import { type Clock, systemClock } from '../clock.ts'
import { RevokedKeys } from '../guard-keys.ts'
import { isPlainObject, isRecord } from '../is-record.ts'
import { ownMembers } from '../own.ts'
import type { TrustedIssuers } from '../issuers/trusted-issuers.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { expectClock, expectNumber, expectText, expectTexts } from '../options/expect-option.ts'
import { knownHintFor } from '../options/incumbent-options.ts'
import type {
  ConfiguredKeyOptions,
  DiscoveryOptions,
  ExpectedClaims,
  GuardOptions,
} from '../options/options.ts'
import { keyOptionNames } from '../options/resolve-keys.ts'
import { resolveIssuers } from '../options/resolve-issuers.ts'
import type { Revoker } from './revoker.ts'

/** Who sends, and whose keys count: as in a guard, found through the metadata of `issuer` where no key option is given. */
export type SenderOptions = { readonly issuer: string } & (
  ConfiguredKeyOptions | DiscoveryOptions
) &
  Pick<ExpectedClaims, 'maxStale' | 'allowInsecureHttp'>

export interface CommonReceiverOptions {
  /** What is fed: the revocations that your guards go by. */
  readonly revocations: Revoker
  /**
   * The longest lifetime of the access tokens concerned, in seconds, at most 2,678,400, a month: so long it is remembered
   * what was revoked.
   */
  readonly longestLifetime: number
  /**
   * What ends where both a session and its user are named. `subject`, every session of the user up to that moment, is for
   * access tokens without `sid`, which a revoked session would not reach. Default `session`.
   */
  readonly ends?: 'session' | 'subject'
  /** Clock skew tolerated for `exp`, `nbf` and `iat`, in seconds. Default 30, at most 300. As your guards'. */
  readonly clockTolerance?: number
  /** Tells the time in whole seconds. Default: the system's clock. */
  readonly clock?: Clock
}

/** The options that receivers share, checked and with their defaults. */
export interface ReceiverSettings {
  readonly issuer: string
  readonly issuers: TrustedIssuers
  readonly path: string
  readonly revocations: Revoker
  readonly longestLifetime: number
  readonly endsSubject: boolean
  readonly clockTolerance: number
  readonly maxTokenAge: number
  readonly clock: Clock
  ready(): Promise<void>
}

interface Defaults {
  readonly path: string
  readonly maxTokenAge: number
  /** The names of the options that belong to one receiver only. */
  readonly ownNames: readonly string[]
}

const SENDER = ['issuer', ...keyOptionNames, 'algorithms', 'maxStale', 'allowInsecureHttp']
const COMMON = ['revocations', 'longestLifetime', 'ends', 'clockTolerance', 'maxTokenAge', 'clock']

/** A year. */
const LONGEST = 31_536_000
/** A month. Who writes milliseconds hears of it, unless they mean less than three quarters of an hour. */
const LONGEST_LIFETIME = 2_678_400

/** Own members of a plain object only: an option that came from a prototype was not written by the operator. */
export function ownOptions<O extends object>(given: O): O {
  if (!isPlainObject(given))
    throw new ConfigError('options', `expected a plain object, ${describeGiven(given)}`)
  return ownMembers(given)
}

/** @throws ConfigError */
export function resolveReceiver(
  options: SenderOptions & CommonReceiverOptions & { path?: string; maxTokenAge?: number },
  { path, maxTokenAge, ownNames }: Defaults,
): ReceiverSettings {
  refuseUnknown(options, [...SENDER, ...COMMON, 'path', ...ownNames])
  const issuer = expectText('issuer', options.issuer)
  const clock = expectClock('clock', options.clock ?? systemClock)
  const issuers = resolveSender(options, clock)
  const { clockTolerance = 30, ends = 'session' } = options
  if (ends !== 'session' && ends !== 'subject')
    throw new ConfigError('ends', `expected 'session' or 'subject', ${describeGiven(ends)}`)
  return {
    issuer,
    issuers,
    path: expectPath(options.path ?? path),
    revocations: expectRevoker(options.revocations),
    longestLifetime: expectNumber(
      'longestLifetime',
      options.longestLifetime,
      1,
      LONGEST_LIFETIME,
      'seconds',
    ),
    endsSubject: ends === 'subject',
    clockTolerance: expectNumber('clockTolerance', clockTolerance, 0, 300, 'seconds'),
    maxTokenAge: expectNumber(
      'maxTokenAge',
      options.maxTokenAge ?? maxTokenAge,
      1,
      LONGEST,
      'seconds',
    ),
    clock,
    async ready() {
      await Promise.all(issuers.listed().map(({ keys }) => keys.ready()))
    },
  }
}

/** A text, or a list of at least one. */
export function expectOneOrMore(option: string, given: unknown): readonly string[] {
  if (!Array.isArray(given)) return [expectText(option, given)]
  const texts = expectTexts(option, given)
  if (texts.length === 0) throw new ConfigError(option, 'expected at least one, got an empty list')
  return [...texts]
}

/** By way of a guard's own options: keys are given, discovered, bound to algorithms and fetched as there. */
function resolveSender(options: SenderOptions, clock: Clock): TrustedIssuers {
  const sender = Object.entries(options).filter(([name]) => SENDER.includes(name))
  // Who a token is for is judged here, under a name of our own.
  const guard = { ...Object.fromEntries(sender), audience: null } as unknown as GuardOptions
  return resolveIssuers(guard, clock, new RevokedKeys()).issuers
}

function expectRevoker(given: unknown): Revoker {
  if (isRecord(given) && typeof given.revoke === 'function') return given as unknown as Revoker
  throw new ConfigError(
    'revocations',
    `expected what revokes, such as a revocation feed, ${describeGiven(given)}`,
  )
}

function expectPath(given: unknown): string {
  if (typeof given === 'string' && /^(\/[\w.~-]+)+$/.test(given) && !/\/\.\.?(\/|$)/.test(given))
    return given
  throw new ConfigError(
    'path',
    `expected a path as in /backchannel-logout, without a slash at the end, ${describeGiven(given)}`,
  )
}

/** An option that is silently ignored is a check that is silently off. */
function refuseUnknown(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const hint = name === 'audience' ? 'write clientId' : knownHintFor(name)
    throw new ConfigError(name, hint ?? 'there is no such option')
  }
}
