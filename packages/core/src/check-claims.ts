import { GuardError } from './errors.ts'
import {
  type CheckedClaims,
  invalidClaim,
  type KnownClaims,
  readKnownClaims,
} from './known-claims.ts'
import type { ExpectedValue } from './options/options.ts'
import { own } from './own.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'
import { refuseOtherTokenKinds } from './refuse-other-token-kinds.ts'
import type { JsonObject } from './strict-json.ts'
import type { Profile, TrustedIssuer } from './issuers/trusted-issuer.ts'

/** What a token of a profile must hold: RFC 9068 §2.2, OpenID Connect Core §2. */
const PROFILE_CLAIMS: { readonly [profile in Profile]: readonly (keyof KnownClaims)[] } = {
  jwt: [],
  rfc9068: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  'id-token': ['iss', 'exp', 'aud', 'sub', 'iat'],
}

/**
 * Judges what the claims of a verified token say, but for the time, which is judged at every use
 * (RFC 7519 §4.1, RFC 9068 §4).
 *
 * @throws GuardError `ERR_TOKEN_TYPE_REFUSED`, `ERR_CLAIM_MISSING`, `ERR_CLAIM_INVALID`, `ERR_AUDIENCE_MISMATCH`
 */
export function checkClaims(
  claims: JsonObject,
  header: JoseHeader,
  expected: TrustedIssuer,
): CheckedClaims {
  refuseOtherTokenKinds(claims, header, expected.profile)
  const known = readKnownClaims(claims)
  checkPresence(known, expected)
  checkAudience(known.aud, expected.audiences)
  checkValues(claims, expected.expectedClaims)
  return known as CheckedClaims
}

function checkPresence(
  known: KnownClaims,
  { profile, requiredClaims, maxTokenAge }: TrustedIssuer,
): void {
  expectPresent('exp', known.exp)
  if (maxTokenAge !== Infinity) expectPresent('iat', known.iat)
  for (const name of PROFILE_CLAIMS[profile]) expectPresent(name, known[name])
  // The subject is all an ID token is about; the empty one would be everybody's.
  if (profile === 'id-token' && known.sub === '') throw invalidClaim('sub', 'is empty')
  for (const name of requiredClaims) expectPresent(name, own(known.set, name))
}

export function expectPresent(name: string, value: unknown): void {
  if (value === undefined || value === null)
    throw new GuardError('ERR_CLAIM_MISSING', `the token has no ${name}`)
}

/** RFC 7519 §4.1.3: `aud` is one string or a list of strings, and one of them must be us. */
export function checkAudience(aud: unknown, audiences: readonly string[] | null): void {
  if (typeof aud === 'string' && audiences?.includes(aud)) return
  const named: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]
  if (!named.every((audience) => typeof audience === 'string'))
    throw invalidClaim('aud', 'is not a string or a list of strings')
  if (audiences === null || named.some((audience) => audiences.includes(audience))) return
  const found =
    named.length === 0
      ? 'the token has no aud'
      : `the token is for ${named.slice(0, 4).map(quoteForLog).join(', ')}`
  throw new GuardError(
    'ERR_AUDIENCE_MISMATCH',
    `${found}; expected ${audiences.map((own) => `'${own}'`).join(' or ')}`,
  )
}

/** What the operator wrote down, and no more than that: a list in the token must hold one of the values. */
function checkValues(
  claims: JsonObject,
  expectedClaims: ReadonlyMap<string, readonly ExpectedValue[]>,
): void {
  for (const [name, values] of expectedClaims) {
    const value = own(claims, name)
    expectPresent(name, value)
    const said: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (said.some((one) => values.includes(one as ExpectedValue))) continue
    const expected = values.map((one) => JSON.stringify(one)).join(' or ')
    const found = said.length === 0 ? 'an empty list' : said.slice(0, 4).map(describe).join(', ')
    throw invalidClaim(name, `is ${found}; expected ${expected}`)
  }
}

function describe(value: unknown): string {
  return typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : quoteForLog(value)
}
