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
import { isPlainObject, isRecord } from '../is-record.ts'
import { RevokedKeys } from '../guard-keys.ts'
import { isSecureUrl } from '../keys/secure-url.ts'
import type { GuardOptions, IssuerOptions } from './options.ts'
import { refuseUnknown } from './option-names.ts'
import { resolveIssuers } from './resolve-issuers.ts'
import { resolveTokenSources } from './resolve-token-sources.ts'
import type { RevocationView } from '../revocation.ts'
import type { StandardSchema } from '../standard-schema.ts'
import type { TrustedIssuers } from '../issuers/trusted-issuers.ts'

/** The options of a guard, checked and with their defaults. */
export interface GuardSettings<C> {
  readonly issuers: TrustedIssuers
  /** Checks the options of one more issuer and trusts it. Throws a ConfigError. */
  readonly addIssuer: (options: IssuerOptions) => void
  readonly revokedKeys: RevokedKeys
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
  const revokedKeys = new RevokedKeys()
  return {
    ...resolveIssuers(options, clock, revokedKeys),
    revokedKeys,
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
