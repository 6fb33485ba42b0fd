import type { Claims } from './claims.ts'
import { GuardError } from './errors.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { JsonObject } from './strict-json.ts'

/** The claims that a guard goes by, whoever the issuer is. Undefined for what the token does not say. */
export interface KnownClaims {
  /** The whole set, as signed. */
  readonly set: JsonObject
  readonly iss: string | undefined
  readonly sub: string | undefined
  readonly jti: string | undefined
  readonly sid: string | undefined
  readonly client_id: string | undefined
  readonly azp: string | undefined
  readonly exp: number | undefined
  readonly nbf: number | undefined
  readonly iat: number | undefined
  readonly aud: unknown
  readonly auth_time: unknown
  readonly cnf: unknown
  readonly cid: unknown
  readonly appid: unknown
  readonly gty: unknown
  readonly idtyp: unknown
}

/** The same of a token that may be taken: it does say when it expires. */
export interface CheckedClaims extends KnownClaims {
  readonly set: Claims
  readonly exp: number
}

/** The year 5138 in seconds, 1973 in milliseconds: beyond it, somebody signed milliseconds. */
const LATEST_TIME = 1e11

/**
 * Reads them in one walk, texts and times of the type they must have: to look for each by its name, among own members
 * only, takes several times as long.
 *
 * @throws GuardError `ERR_CLAIM_INVALID`
 */
export function readKnownClaims(set: JsonObject): KnownClaims {
  const known: { -readonly [name in keyof KnownClaims]: KnownClaims[name] } = {
    set,
    iss: undefined,
    sub: undefined,
    jti: undefined,
    sid: undefined,
    client_id: undefined,
    azp: undefined,
    exp: undefined,
    nbf: undefined,
    iat: undefined,
    aud: undefined,
    auth_time: undefined,
    cnf: undefined,
    cid: undefined,
    appid: undefined,
    gty: undefined,
    idtyp: undefined,
  }
  // Own members come first. What follows them was put on Object.prototype, and no token says it.
  let left = Object.keys(set).length
  for (const name in set) {
    if (left-- === 0) break
    switch (name) {
      // These reach queries and log lines as text; anything else in them is an injection (`{"$ne": null}`).
      case 'iss':
      case 'sub':
      case 'jti':
      case 'sid':
      case 'client_id':
      case 'azp':
        known[name] = expectText(name, set[name])
        break
      case 'exp':
      case 'nbf':
      case 'iat':
        known[name] = expectTime(name, set[name])
        break
      case 'aud':
      case 'auth_time':
      case 'cnf':
      case 'cid':
      case 'appid':
      case 'gty':
      case 'idtyp':
        known[name] = set[name]
        break
    }
  }
  return known
}

export function invalidClaim(name: string, problem: string): GuardError {
  return new GuardError('ERR_CLAIM_INVALID', `the token's ${name} ${problem}`)
}

function expectText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw invalidClaim(name, `is ${quoteForLog(value)}, not a string`)
}

function expectTime(name: string, value: unknown): number {
  if (typeof value !== 'number') throw invalidClaim(name, `is ${quoteForLog(value)}, not a number`)
  // JSON.parse reads 1e999 as Infinity: a token that never expires.
  if (!Number.isFinite(value)) throw invalidClaim(name, 'is not finite')
  if (value >= LATEST_TIME)
    throw invalidClaim(name, `is ${value}: milliseconds where seconds belong?`)
  return value
}
