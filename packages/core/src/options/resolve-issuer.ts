import { ConfigError, describeGiven } from './config-error.ts'
import { expectBoolean, expectNumber, expectTexts } from './expect-option.ts'
import type { KeyEnvironment } from '../keys/key-environment.ts'
import { isSecureUrl, isWebUrl } from '../keys/secure-url.ts'
import { isPlainObject } from '../is-record.ts'
import type { ExpectedValue, GivenIssuer } from './options.ts'
import { refuseReplaced } from './preset-mark.ts'
import { resolveClaimPaths } from './resolve-claim-paths.ts'
import { keyOptionNames, resolveKeys } from './resolve-keys.ts'
import type { Profile, TrustedIssuer } from '../issuers/trusted-issuer.ts'

const PROFILES: readonly Profile[] = ['jwt', 'rfc9068', 'id-token']

/** The options that belong to one issuer. */
export const issuerOptionNames: readonly string[] = [
  'issuer',
  'audience',
  ...keyOptionNames,
  'algorithms',
  'profile',
  'requiredClaims',
  'maxTokenAge',
  'expectedClaims',
  'claimPaths',
  'tenant',
  'maxStale',
  'allowInsecureHttp',
]

/** Where the options of an issuer come from, and what it shares with the others of its guard. */
export interface IssuerSurroundings {
  readonly environment: KeyEnvironment
  /** What its options are called in messages: empty, or `issuers[1].`. */
  readonly path: string
  /** True for issuers that are chosen while the guard runs: their hosts must be public. */
  readonly publicHostsOnly: boolean
}

/**
 * Checks the options of one issuer and loads its keys.
 *
 * @throws ConfigError
 */
export function resolveIssuer(
  options: GivenIssuer,
  { environment, path, publicHostsOnly }: IssuerSurroundings,
): TrustedIssuer {
  refuseReplaced(options, path)
  const {
    profile = 'jwt',
    requiredClaims = [],
    expectedClaims = {},
    maxTokenAge,
    claimPaths = {},
    tenant,
    maxStale = 3_600,
    allowInsecureHttp = false,
  } = options
  if (!PROFILES.includes(profile)) {
    throw new ConfigError(
      `${path}profile`,
      `expected 'jwt', 'rfc9068' or 'id-token', ${describeGiven(profile)}`,
    )
  }
  const issuer = resolveIssuerName(options.issuer, path)
  return {
    issuer,
    audiences: resolveAudiences(options.audience, path),
    keys: resolveKeys(options, issuer, path, {
      environment,
      policy: {
        maxStale: expectNumber(`${path}maxStale`, maxStale, 0, 604_800, 'seconds'),
        publicHostsOnly,
        isAllowedUrl: expectBoolean(`${path}allowInsecureHttp`, allowInsecureHttp)
          ? isWebUrl
          : isSecureUrl,
      },
    }),
    profile,
    requiredClaims: [...expectTexts(`${path}requiredClaims`, requiredClaims)],
    maxTokenAge:
      maxTokenAge === undefined
        ? Infinity
        : expectNumber(`${path}maxTokenAge`, maxTokenAge, 1, 1e9, 'seconds'),
    expectedClaims: resolveExpectedClaims(expectedClaims, `${path}expectedClaims`),
    tenant: tenant === undefined ? undefined : resolveTenant(tenant, `${path}tenant`),
    mapping: resolveClaimPaths(claimPaths, `${path}claimPaths`),
  }
}

function resolveIssuerName(issuer: unknown, path: string): string | null {
  if (issuer === null && path === '') return null
  if (Array.isArray(issuer)) {
    throw new ConfigError(
      `${path}issuer`,
      'expected one issuer; write issuers: [{ issuer, audience }, …], each with its own keys',
    )
  }
  if (isWritten(issuer)) return issuer
  throw new ConfigError(
    `${path}issuer`,
    `expected the exact iss of the tokens, or null to waive the check, ${describeGiven(issuer)}`,
  )
}

function resolveAudiences(audience: unknown, path: string): readonly string[] | null {
  if (audience === null) return null
  const option = `${path}audience`
  if (Array.isArray(audience) && audience.length > 0) {
    const texts = expectTexts(option, audience)
    if (texts.every(isWritten)) return [...texts]
  }
  if (isWritten(audience)) return [audience]
  throw new ConfigError(
    option,
    `expected this API as the issuer names it in aud, or null to accept tokens meant for other services too, ${describeGiven(audience)}`,
  )
}

function resolveTenant(tenant: unknown, option: string): string {
  if (isWritten(tenant)) return tenant
  throw new ConfigError(option, `expected the name of a tenant, ${describeGiven(tenant)}`)
}

function resolveExpectedClaims(
  given: NonNullable<GivenIssuer['expectedClaims']>,
  option: string,
): ReadonlyMap<string, readonly ExpectedValue[]> {
  if (!isPlainObject(given))
    throw new ConfigError(option, `expected an object, ${describeGiven(given)}`)
  return new Map(
    Object.entries(given).map(([claim, expected]) => [
      claim,
      expectValues(`${option}.${claim}`, expected),
    ]),
  )
}

function expectValues(option: string, expected: unknown): readonly ExpectedValue[] {
  const values: readonly unknown[] = Array.isArray(expected) ? expected : [expected]
  const isValue = (value: unknown): value is ExpectedValue =>
    typeof value === 'string'
      ? isWritten(value)
      : typeof value === 'boolean' || Number.isFinite(value)
  if (values.length > 0 && values.every(isValue)) return [...values]
  throw new ConfigError(
    option,
    `expected a text, a number, true or false, or a list of them, ${describeGiven(expected)}`,
  )
}

/** A text somebody wrote, not what JavaScript makes of a missing value: `undefined`, `https://undefined/`. */
function isWritten(value: unknown): value is string {
  if (typeof value !== 'string' || value.trim() === '') return false
  return !/(^|:\/\/)(undefined|null|NaN|\[object Object\])($|[/:])/.test(value)
}
