import { type Cause, claimsOf, type Evidence } from '../cause.ts'
import { describeUtc } from '../describe-time.ts'
import { quote } from '../quote.ts'

const INVALID = 'ERR_CLAIM_INVALID'

/** Claims that are texts wherever they are. */
const TEXTS = ['sub', 'jti', 'sid', 'client_id', 'azp']
const TIMES = ['exp', 'nbf', 'iat']

/** The year 5138 in seconds, 1973 in milliseconds: what a guard takes for milliseconds. */
const LATEST_TIME = 1e11

const RFC9068_CLAIMS = ['iss', 'aud', 'sub', 'client_id', 'iat', 'jti']
const ID_TOKEN_CLAIMS = ['iss', 'aud', 'sub', 'iat']

/** Claims that are not there, or of the wrong type. */
export function claimCauses(evidence: Evidence): Cause[] {
  const { decoded } = evidence
  if (decoded.claims === undefined) return []
  const claims = claimsOf(evidence)
  return [
    ...TIMES.flatMap((name) => timeCause(name, claims[name])),
    ...TEXTS.filter((name) => name in claims && typeof claims[name] !== 'string').map((name) => ({
      id: 'claim-not-text',
      code: INVALID,
      what: `The claim ${name} is no text.`,
      evidence: `${name} is ${quote(claims[name])}`,
      fix: `At the issuer, write ${name} as a string: String(user.id). A number or an object there reaches queries and logs as what it is not.`,
    })),
    ...missing(evidence),
  ] as Cause[]
}

function timeCause(name: string, value: unknown): Cause[] {
  if (value === undefined) return []
  if (typeof value === 'string')
    return [
      {
        id: 'time-as-text',
        code: INVALID,
        what: `${name} is a text, where a number belongs.`,
        evidence: `${name} is ${quote(value)}`,
        fix: `At the issuer, write seconds since 1970 as a number (RFC 7519 §2): Math.floor(Date.now() / 1000).`,
      },
    ]
  if (typeof value !== 'number')
    return [
      {
        id: 'time-not-number',
        code: INVALID,
        what: `${name} is no number.`,
        evidence: `${name} is ${quote(value)}`,
        fix: 'At the issuer, write seconds since 1970 as a number (RFC 7519 §2).',
      },
    ]
  if (!Number.isFinite(value) || value >= LATEST_TIME) {
    const seconds = describeUtc(Math.floor(value / 1_000))
    return [
      {
        id: 'time-in-milliseconds',
        code: INVALID,
        what: `${name} is in milliseconds, where seconds belong.`,
        evidence: `${name} is ${value}${seconds === undefined ? '' : `; a thousandth of that is ${seconds}`}`,
        fix: 'At the issuer, divide by 1000: Math.floor(Date.now() / 1000). As seconds it would never expire.',
      },
    ]
  }
  return []
}

function missing({ decoded, expected }: Evidence): Cause[] {
  const claims = decoded.claims ?? {}
  const isMissing = (name: string) => claims[name] === undefined || claims[name] === null
  const causes: Cause[] = []
  if (isMissing('exp'))
    causes.push({
      id: 'exp-missing',
      code: 'ERR_CLAIM_MISSING',
      what: 'The token never ends, and a guard takes none that does not.',
      evidence: 'it has no exp',
      fix: 'At the issuer, give it a lifetime of minutes: expiresIn in jsonwebtoken, setExpirationTime() in jose.',
    })
  const wanted =
    expected.profile === 'rfc9068'
      ? RFC9068_CLAIMS
      : expected.profile === 'id-token'
        ? ID_TOKEN_CLAIMS
        : []
  const absent = wanted.filter(isMissing)
  if (absent.length > 0)
    causes.push({
      id: 'claim-missing',
      code: 'ERR_CLAIM_MISSING',
      what: `The profile ${expected.profile} demands claims that are not there.`,
      evidence: `it has no ${absent.join(', no ')}`,
      fix: "At the issuer, add them, or use the profile 'jwt'.",
    })
  return causes
}
