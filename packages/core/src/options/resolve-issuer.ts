import type { Clock } from '../clock.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import { expectNumber, expectTexts } from './expect-option.ts'
import type { GivenIssuer } from './options.ts'
import { resolveClaimPaths } from './resolve-claim-paths.ts'
import { keyOptionNames, resolveKeys } from './resolve-keys.ts'
import type { Profile, TrustedIssuer } from '../trusted-issuer.ts'

const PROFILES: readonly Profile[] = ['jwt', 'rfc9068']

/** The options that belong to one issuer. */
export const issuerOptionNames: readonly string[] = [
  'issuer',
  'audience',
  ...keyOptionNames,
  'algorithms',
  'profile',
  'requiredClaims',
  'maxTokenAge',
  'claimPaths',
]

/**
 * Checks the options of one issuer and loads its keys.
 *
 * @param path what its options are called in messages: empty, or `issuers[1].`
 * @throws ConfigError
 */
export function resolveIssuer(options: GivenIssuer, clock: Clock, path: string): TrustedIssuer {
  const { profile = 'jwt', requiredClaims = [], maxTokenAge, claimPaths = {} } = options
  if (!PROFILES.includes(profile)) {
    throw new ConfigError(
      `${path}profile`,
      `expected 'jwt' or 'rfc9068', ${describeGiven(profile)}`,
    )
  }
  const issuer = resolveIssuerName(options.issuer, path)
  return {
    issuer,
    audiences: resolveAudiences(options.audience, path),
    keys: resolveKeys(options, issuer, clock, path),
    profile,
    requiredClaims: [...expectTexts(`${path}requiredClaims`, requiredClaims)],
    maxTokenAge:
      maxTokenAge === undefined
        ? Infinity
        : expectNumber(`${path}maxTokenAge`, maxTokenAge, 1, 1e9, 'seconds'),
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

/** A text somebody wrote, not what JavaScript makes of a missing value: `undefined`, `https://undefined/`. */
function isWritten(value: unknown): value is string {
  if (typeof value !== 'string' || value.trim() === '') return false
  return !/(^|:\/\/)(undefined|null|NaN|\[object Object\])($|[/:])/.test(value)
}
