import { type Cause, claimsOf, type Evidence } from '../cause.ts'
import { describeDistance, describeDuration, describeUtc } from '../describe-time.ts'

const EARLY = 'ERR_TOKEN_NOT_YET_VALID'
const LATEST_TIME = 1e11
const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/** Time zones are whole, half or quarter hours from UTC, and no farther than 14. */
const ZONE_STEP = HOUR / 4
const FARTHEST_ZONE = 14 * HOUR

/** Why it is not valid now. */
export function timeCauses(evidence: Evidence): Cause[] {
  const { now, expected } = evidence
  const claims = claimsOf(evidence)
  const [exp, nbf, iat, authTime] = ['exp', 'nbf', 'iat', 'auth_time'].map((name) =>
    timeOf(claims[name]),
  )
  const latest = now + expected.clockTolerance
  return [
    ...early(evidence, nbf, iat, authTime, latest),
    ...(exp !== undefined && now >= exp + expected.clockTolerance
      ? [expired(evidence, exp, iat)]
      : []),
  ]
}

/** What is no time in seconds is somebody else's finding. */
function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && value < LATEST_TIME ? value : undefined
}

function early(
  { now }: Evidence,
  nbf: number | undefined,
  iat: number | undefined,
  authTime: number | undefined,
  latest: number,
): Cause[] {
  const isAhead = (time: number | undefined): time is number => time !== undefined && time > latest
  if (isAhead(iat)) return [clockCause('iat', iat, now)]
  // With an iat that is right, a later nbf was written on purpose; without one, it is most often the clock.
  if (isAhead(nbf))
    return [
      iat === undefined && isZone(nbf - now)
        ? clockCause('nbf', nbf, now)
        : {
            id: 'nbf-future',
            code: EARLY,
            what: 'The token is meant for later.',
            evidence: `nbf is ${describeUtc(nbf)}, ${describeDistance(nbf, now)}${iat === undefined ? '' : `; it was issued ${describeDistance(iat, now)}`}`,
            fix: 'Wait, or leave nbf out at the issuer. If it was meant to be valid at once, the clock of the issuer is ahead.',
          },
    ]
  return isAhead(authTime) ? [clockCause('auth_time', authTime, now)] : []
}

function clockCause(claim: string, time: number, now: number): Cause {
  const ahead = time - now
  const evidence = `${claim} is ${describeUtc(time)}, ${describeDistance(time, now)}; here it is ${describeUtc(now)}`
  if (isZone(ahead))
    return {
      id: 'clock-off-by-hours',
      code: EARLY,
      what: `The issuer is ${describeZone(ahead)} ahead: it writes local time as if it were UTC, or its clock is set so.`,
      evidence,
      fix: 'At the issuer, write Math.floor(Date.now() / 1000), never a date without its time zone (LocalDateTime, datetime.utcnow().timestamp(), mktime). If the clock of this machine is wrong, set that one: date -u.',
    }
  if (ahead <= 15 * MINUTE)
    return {
      id: 'clock-ahead',
      code: EARLY,
      what: 'The clocks of issuer and server differ by minutes.',
      evidence,
      fix: 'Set both by NTP. Containers and virtual machines that slept fall behind: restart them. Where clocks cannot be better, clockTolerance goes up to 300 seconds.',
    }
  return {
    id: 'issued-in-future',
    code: EARLY,
    what: 'The token says that it was issued in the future.',
    evidence,
    fix: 'Compare the clocks of issuer and server (date -u). In tests, use one clock for both.',
  }
}

/** Within two minutes of an offset there is a time zone for. */
function isZone(seconds: number): boolean {
  if (seconds < HOUR / 2 - 2 * MINUTE || seconds > FARTHEST_ZONE + 2 * MINUTE) return false
  const nearest = Math.round(seconds / ZONE_STEP) * ZONE_STEP
  return Math.abs(seconds - nearest) <= 2 * MINUTE
}

function describeZone(seconds: number): string {
  return describeDuration(Math.round(seconds / ZONE_STEP) * ZONE_STEP)
}

function expired({ now, expected }: Evidence, exp: number, iat: number | undefined): Cause {
  const code = 'ERR_TOKEN_EXPIRED'
  const evidence = `exp is ${describeUtc(exp)}, ${describeDistance(exp, now)}; here it is ${describeUtc(now)}`
  // A lifetime in the place of a time: no token was issued in 1970.
  if (exp < 10 * 365 * DAY)
    return {
      id: 'exp-is-duration',
      code,
      what: 'exp holds how long the token lives, where the time at which it ends belongs.',
      evidence: `exp is ${exp}, which is ${describeUtc(exp)}`,
      fix: `At the issuer, add it to the time: exp: Math.floor(Date.now() / 1000) + ${exp}.`,
    }
  if (iat !== undefined && exp <= iat)
    return {
      id: 'expires-before-issued',
      code,
      what: 'The token was over before it was issued.',
      evidence: `iat is ${describeUtc(iat)}, exp is ${describeUtc(exp)}`,
      fix: 'At the issuer, the lifetime is zero or negative, or iat and exp come from two clocks: minutes where seconds belong, or local time in one of them.',
    }
  const past = now - exp
  if (past <= 5 * MINUTE)
    return {
      id: 'expired-just-now',
      code,
      what: 'The token has just expired.',
      evidence: `${evidence}; clockTolerance is ${expected.clockTolerance} s`,
      fix: 'Let the client get a new one, somewhat before exp, and once more upon a 401. If it happens with new tokens, too, the clock of the server is ahead.',
    }
  if (past > DAY)
    return {
      id: 'expired-long-ago',
      code,
      what: 'The token expired long ago.',
      evidence,
      fix: 'Log in again. If a client still sends it, it keeps tokens (in a file, a variable, localStorage) and does not look at exp.',
    }
  return {
    id: 'expired',
    code,
    what: 'The token has expired.',
    evidence:
      iat === undefined
        ? evidence
        : `${evidence}; it lived ${describeDuration(exp - iat)} from iat on`,
    fix: 'Let the client get a new one upon a 401. If tokens are refused as soon as they are issued, the issuer writes local time, behind UTC.',
  }
}
