import type { Revocation } from '../revocations/expect-revocation.ts'
import type { Target } from './event-subject.ts'
import type { ReceiverSettings } from './resolve-receiver.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

const SESSION_REVOKED = `${CAEP}session-revoked`

/** After one of these, nothing that was issued to the user before may be relied upon. */
const ENDS_USER = new Set([
  `${CAEP}credential-change`,
  `${RISC}account-disabled`,
  `${RISC}account-purged`,
  `${RISC}credential-compromise`,
  `${RISC}sessions-revoked`,
])

/** What an event of that kind ends, of whomever it is about; undefined for one that ends nothing. */
export function endedBy(type: string): 'session' | 'user' | undefined {
  if (type === SESSION_REVOKED) return 'session'
  return ENDS_USER.has(type) ? 'user' : undefined
}

/**
 * When an event took place, in whole seconds: as the transmitter says (`event_timestamp` of CAEP, `toe` of RFC 8417), where
 * that is a time before the token was made, or else when the token was. Drafts of CAEP had it in milliseconds.
 */
export function timeOf(said: unknown, issuedAt: number): number {
  if (typeof said !== 'number' || !(said >= 1e9 && said <= issuedAt)) return issuedAt
  return Math.ceil(said)
}

/** The entries that end what an event is about: sessions and tokens for good, users up to the time of the event. */
export function revocationsOf(
  targets: readonly Target[],
  occurredAt: number,
  issuedAt: number,
  { longestLifetime, clockTolerance, clock }: ReceiverSettings,
): readonly Revocation[] {
  // By the later of two clocks: what was signed a moment ago may be in the future here.
  const until = Math.ceil(Math.max(clock(), issuedAt) + longestLifetime + clockTolerance)
  return targets.map((target) =>
    'subject' in target ? { ...target, issuedUpTo: occurredAt, until } : { ...target, until },
  )
}
