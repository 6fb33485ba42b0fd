import type { ChallengeSettings } from '../challenge.ts'
import type { CustomCheck } from '../check-custom.ts'
import { type Clock, systemClock } from '../clock.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import {
  expectBoolean,
  expectClock,
  expectFunction,
  expectNumber,
  expectText,
} from './expect-option.ts'
import type { TokenSource } from '../extract-token.ts'
import { hintForOption } from './incumbent-options.ts'
import { isPlainObject, isRecord } from '../is-record.ts'
import { isSecureUrl } from '../keys/fetch-json.ts'
import type { GuardOptions, IssuerOptions } from './options.ts'
import { issuerOptionNames, resolveIssuer } from './resolve-issuer.ts'
import { resolveTokenSources } from './resolve-token-sources.ts'
import type { RevocationView } from '../revocation.ts'
import type { StandardSchema } from '../standard-schema.ts'
import type { TrustedIssuer } from '../trusted-issuer.ts'

/** The options of a guard, checked and with their defaults. */
export interface GuardSettings<C> {
  readonly issuers: readonly TrustedIssuer[]
  readonly optional: boolean
  readonly sources: readonly TokenSource[]
  readonly clockTolerance: number
  readonly maxTokenSize: number
  readonly schema: StandardSchema<C> | undefined
  readonly check: CustomCheck<C> | undefined
  readonly revocation: RevocationView | undefined
  /** 0 when the cache is off. */
  readonly cacheEntries: number
  readonly challenge: ChallengeSettings
  readonly clock: Clock
}

const COMMON_OPTION_NAMES: readonly string[] = [
  'optional',
  'tokenFrom',
  'clockTolerance',
  'maxTokenSize',
  'schema',
  'check',
  'revocation',
  'cache',
  'realm',
  'resourceMetadata',
  'clock',
]

/**
 * Checks everything that can be checked before the first request, and fills in the defaults. The caller's object is
 * not kept.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function resolveOptions<C>(given: GuardOptions<C>): GuardSettings<C> {
  // Own members of a plain object only: an option that came from a prototype was not written by the operator.
  if (!isPlainObject(given))
    throw new ConfigError('options', `expected a plain object, ${describeGiven(given)}`)
  const options = Object.assign(Object.create(null) as object, given) as GuardOptions<C>
  const {
    clock = systemClock,
    optional = false,
    tokenFrom = 'header',
    clockTolerance = 30,
    maxTokenSize = 16_384,
  } = options
  expectClock('clock', clock)
  return {
    issuers: resolveIssuers(options, clock),
    optional: expectBoolean('optional', optional),
    sources: resolveTokenSources(tokenFrom),
    clockTolerance: expectNumber('clockTolerance', clockTolerance, 0, 300, 'seconds'),
    maxTokenSize: expectNumber('maxTokenSize', maxTokenSize, 64, 1_048_576, 'characters'),
    schema: resolveSchema(options.schema),
    check: options.check === undefined ? undefined : expectFunction('check', options.check),
    revocation: resolveRevocation(options.revocation),
    cacheEntries: resolveCache(options.cache),
    challenge: resolveChallenge(options),
    clock,
  }
}

function resolveIssuers<C>(options: GuardOptions<C>, clock: Clock): readonly TrustedIssuer[] {
  if (options.issuers === undefined) {
    refuseUnknown(options, [...COMMON_OPTION_NAMES, ...issuerOptionNames, 'issuers'], '')
    return [resolveIssuer(options, clock, '')]
  }
  refuseUnknown(options, [...COMMON_OPTION_NAMES, 'issuers'], '')
  const { issuers } = options as { issuers: unknown }
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new ConfigError(
      'issuers',
      `expected a list of at least one { issuer, audience }, ${describeGiven(issuers)}`,
    )
  }
  const resolved = Array.from(issuers as IssuerOptions[], (issuer, at) => {
    const path = `issuers[${at}]`
    const given: unknown = issuer
    if (!isPlainObject(given)) {
      throw new ConfigError(path, `expected { issuer, audience }, ${describeGiven(given)}`)
    }
    refuseUnknown(issuer, issuerOptionNames, `${path}.`)
    return resolveIssuer(issuer, clock, `${path}.`)
  })
  refuseRepeated(resolved)
  return resolved
}

function refuseUnknown(options: object, known: readonly string[], path: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const hint = issuerOptionNames.includes(name)
      ? 'with issuers, it belongs into each of them'
      : COMMON_OPTION_NAMES.includes(name)
        ? 'it belongs beside issuers, not into one of them'
        : hintForOption(name)
    throw new ConfigError(`${path}${name}`, hint)
  }
}

function refuseRepeated(issuers: readonly TrustedIssuer[]): void {
  issuers.forEach(({ issuer }, at) => {
    const first = issuers.findIndex((other) => other.issuer === issuer)
    if (first !== at)
      throw new ConfigError(`issuers[${at}].issuer`, `the same as issuers[${first}].issuer`)
  })
}

function resolveSchema<C>(schema: StandardSchema<C> | undefined): StandardSchema<C> | undefined {
  // arktype's schemas are functions, zod's and valibot's are objects.
  if (
    schema === undefined ||
    typeof (schema as Partial<StandardSchema<C>>)?.['~standard']?.validate === 'function'
  )
    return schema
  throw new ConfigError(
    'schema',
    `expected a Standard Schema (zod, valibot, arktype …), ${describeGiven(schema)}`,
  )
}

function resolveRevocation(view: RevocationView | undefined): RevocationView | undefined {
  if (
    view === undefined ||
    typeof (view as Partial<RevocationView> | null)?.isRevoked === 'function'
  )
    return view
  throw new ConfigError('revocation', `expected { isRevoked(ids) }, ${describeGiven(view)}`)
}

function resolveCache(cache: false | { readonly maxEntries: number } | undefined): number {
  if (cache === false) return 0
  if (cache === undefined) return 10_000
  if (!isRecord(cache))
    throw new ConfigError('cache', `expected false or { maxEntries }, ${describeGiven(cache)}`)
  refuseUnknown(cache, ['maxEntries'], 'cache.')
  return Math.floor(expectNumber('cache.maxEntries', cache.maxEntries, 2, 10_000_000, 'tokens'))
}

function resolveChallenge<C>({
  realm = 'api',
  resourceMetadata,
}: GuardOptions<C>): ChallengeSettings {
  // RFC 6750 §3: these are the characters of a quoted string that needs no escaping.
  if (!/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(expectText('realm', realm))) {
    throw new ConfigError(
      'realm',
      `expected printable ASCII without quotes or backslashes, ${describeGiven(realm)}`,
    )
  }
  if (resourceMetadata !== undefined && !isSecureUrl(resourceMetadata)) {
    throw new ConfigError(
      'resourceMetadata',
      `expected an https URL, ${describeGiven(resourceMetadata)}`,
    )
  }
  return { realm, resourceMetadata }
}
