import { randomUUID } from 'node:crypto'
import { UsageError } from '../command.ts'

/** What is asked for, as it was typed. */
export interface GivenClaims {
  readonly issuer: string
  readonly audience?: readonly string[] | undefined
  readonly subject?: string | undefined
  readonly scope?: readonly string[] | undefined
  readonly role?: readonly string[] | undefined
  readonly claim?: readonly string[] | undefined
  readonly 'expires-in'?: string | undefined
}

const DAY = 86_400
const SECONDS = { s: 1, m: 60, h: 3_600 } as const

/** What has options of its own, with checks of its own. */
const RESERVED = ['iss', 'aud', 'sub', 'exp', 'iat', 'scope', 'roles']

/** @throws UsageError for a lifetime beyond a day, and for a claim that cannot be read or has an option of its own */
export function readClaims(given: GivenClaims, now: number): object {
  const { issuer, audience = [], subject = 'dev', scope = [], role = [] } = given
  return {
    iss: issuer,
    ...(audience.length > 0 && { aud: audience.length === 1 ? audience[0] : audience }),
    sub: subject,
    iat: now,
    exp: now + readLifetime(given['expires-in'] ?? '10m'),
    jti: randomUUID(),
    ...(scope.length > 0 && { scope: scope.join(' ') }),
    ...(role.length > 0 && { roles: role }),
    ...Object.fromEntries((given.claim ?? []).map(readClaim)),
  }
}

function readLifetime(given: string): number {
  const [, number, unit] = /^(\d{1,6})([smh])$/.exec(given) ?? []
  const seconds = Number(number) * (SECONDS[unit as keyof typeof SECONDS] ?? NaN)
  if (seconds >= 1 && seconds <= DAY) return seconds
  throw new UsageError('--expires-in: expected a time such as 90s, 10m or 8h, at most 24h')
}

function readClaim(given: string): [string, unknown] {
  const at = given.indexOf('=')
  if (at < 1) throw new UsageError('--claim: expected name=value, such as org=acme or level=3')
  const [name, text] = [given.slice(0, at), given.slice(at + 1)]
  if (RESERVED.includes(name))
    throw new UsageError(`--claim: ${name} has an option of its own, or is set by itself`)
  return [name, readValue(name, text)]
}

/** JSON where it is some, else the text itself: nobody types the quotes through a shell. */
function readValue(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The shell takes quotes away: of ["x"] it leaves [x], which nobody wants as a text.
    if (/^\s*[[{"]/.test(text))
      throw new UsageError(
        `--claim: the value of ${name} begins like JSON and is none; in a shell, put it in single quotes, as in --claim '${name}=["x"]'`,
      )
    return text
  }
}
