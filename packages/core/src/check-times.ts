import { GuardError } from './errors.ts'

/** The claims that bound when a token may be used, in seconds. */
export interface TimeClaims {
  readonly exp: number
  readonly nbf?: number | undefined
  readonly iat?: number | undefined
  /** When the user logged in (OpenID Connect Core §2). Only some tokens say it, and only a number can be too late. */
  readonly auth_time?: unknown
}

/**
 * The seconds between which a token may be used, clock tolerance included. Worked out once; compared at every use.
 */
export interface TimeWindow {
  /** The first second at which it may be used. */
  readonly from: number
  /** The first second at which it may no longer be used. */
  readonly until: number
}

export function timeWindow(
  claims: TimeClaims,
  clockTolerance: number,
  maxTokenAge: number,
): TimeWindow {
  const { exp, nbf = -Infinity, iat = -Infinity, auth_time: authTime } = claims
  const loggedInAt = typeof authTime === 'number' ? authTime : -Infinity
  const tooOldAt = maxTokenAge === Infinity ? Infinity : iat + maxTokenAge + clockTolerance
  return {
    // An iat in the future would outlive "log out everybody before now"; an auth_time, "log in again".
    from: Math.max(nbf, iat, loggedInAt) - clockTolerance,
    // RFC 7519 §4.1.4: "on or after" exp the token must not be accepted.
    until: Math.min(exp + clockTolerance, tooOldAt),
  }
}

/**
 * @throws GuardError `ERR_TOKEN_EXPIRED`, `ERR_TOKEN_TOO_OLD`, `ERR_TOKEN_NOT_YET_VALID`
 */
export function checkTimes(
  claims: TimeClaims,
  window: TimeWindow,
  clockTolerance: number,
  now: number,
): void {
  if (now >= window.from && now < window.until) return
  const { exp, nbf = -Infinity, iat = -Infinity } = claims
  if (now >= exp + clockTolerance) {
    throw new GuardError(
      'ERR_TOKEN_EXPIRED',
      `the token expired ${now - exp} s ago (clockTolerance is ${clockTolerance} s)`,
    )
  }
  if (now >= window.until)
    throw new GuardError(
      'ERR_TOKEN_TOO_OLD',
      'the token was issued longer ago than maxTokenAge allows',
    )
  const latest = now + clockTolerance
  const claim = nbf > latest ? 'nbf' : iat > latest ? 'iat' : 'auth_time'
  throw new GuardError(
    'ERR_TOKEN_NOT_YET_VALID',
    `the token's ${claim} is in the future: ${Math.ceil(window.from - now)} s too early`,
  )
}
