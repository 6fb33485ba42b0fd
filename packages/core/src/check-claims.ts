import type { Claims } from './claims.ts'
import { GuardError } from './errors.ts'
import type { ExpectedValue } from './options/options.ts'
import { own } from './own.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'
import { refuseOtherTokenKinds } from './refuse-other-token-kinds.ts'
import type { JsonObject } from './strict-json.ts'
import type { Profile, TrustedIssuer } from './issuers/trusted-issuer.ts'

/** The year 5138 in seconds, 1973 in milliseconds: beyond it, somebody signed milliseconds. */
const LATEST_TIME = 1e11

/** What a token of a profile must hold: RFC 9068 §2.2, OpenID Connect Core §2. */
const PROFILE_CLAIMS: { readonly [profile in Profile]: readonly string[] } = {
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
): Claims {
  refuseOtherTokenKinds(claims, header, expected.profile)
  checkTypes(claims)
  checkPresence(claims, expected)
  checkAudience(own(claims, 'aud'), expected.audiences)
  checkValues(claims, expected.expectedClaims)
  return claims as Claims
}

export function checkTypes(claims: JsonObject): void {
  for (const name of Object.keys(claims)) {
    switch (name) {
      // These reach queries and log lines as text; anything else in them is an injection (`{"$ne": null}`).
      case 'iss':
      case 'sub':
      case 'jti':
      case 'sid':
      case 'client_id':
      case 'azp':
        expectText(name, claims[name])
        break
      case 'exp':
      case 'nbf':
      case 'iat':
        expectTime(name, claims[name])
        break
    }
  }
}

function expectText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(name, `is ${quoteForLog(value)}, not a string`)
}

function expectTime(name: string, value: unknown): void {
  if (typeof value !== 'number') throw invalid(name, `is ${quoteForLog(value)}, not a number`)
  // JSON.parse reads 1e999 as Infinity: a token that never expires.
  if (!Number.isFinite(value)) throw invalid(name, 'is not finite')
  if (value >= LATEST_TIME) throw invalid(name, `is ${value}: milliseconds where seconds belong?`)
}

function checkPresence(
  claims: JsonObject,
  { profile, requiredClaims, maxTokenAge }: TrustedIssuer,
): void {
  expectPresent(claims, 'exp')
  if (maxTokenAge !== Infinity) expectPresent(claims, 'iat')
  for (const name of PROFILE_CLAIMS[profile]) expectPresent(claims, name)
  // The subject is all an ID token is about; the empty one would be everybody's.
  if (profile === 'id-token' && own(claims, 'sub') === '') throw invalid('sub', 'is empty')
  for (const name of requiredClaims) expectPresent(claims, name)
}

export function expectPresent(claims: JsonObject, name: string): void {
  const value = own(claims, name)
  if (value === undefined || value === null)
    throw new GuardError('ERR_CLAIM_MISSING', `the token has no ${name}`)
}

/** RFC 7519 §4.1.3: `aud` is one string or a list of strings, and one of them must be us. */
export function checkAudience(aud: unknown, audiences: readonly string[] | null): void {
  if (typeof aud === 'string' && audiences?.includes(aud)) return
  const named: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]
  if (!named.every((audience) => typeof audience === 'string'))
    throw invalid('aud', 'is not a string or a list of strings')
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
    expectPresent(claims, name)
    const value = own(claims, name)
    const said: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (said.some((one) => values.includes(one as ExpectedValue))) continue
    const expected = values.map((one) => JSON.stringify(one)).join(' or ')
    const found = said.length === 0 ? 'an empty list' : said.slice(0, 4).map(describe).join(', ')
    throw invalid(name, `is ${found}; expected ${expected}`)
  }
}

function describe(value: unknown): string {
  return typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : quoteForLog(value)
}

function invalid(name: string, problem: string): GuardError {
  return new GuardError('ERR_CLAIM_INVALID', `the token's ${name} ${problem}`)
}
