import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { invalidClaim } from '../known-claims.ts'
import { own } from '../own.ts'
import type { JsonObject } from '../strict-json.ts'
import {
  checkReceivedClaims,
  identifierIn,
  type ReceivedClaimsExpected,
} from './check-received-claims.ts'
import type { ReceivedToken } from './used-tokens.ts'

/** The one event of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Who is logged out: `sessionId`, `subject` or both. */
export interface Logout extends ReceivedToken {
  readonly sessionId: string | undefined
  readonly subject: string | undefined
}

/**
 * Judges what a logout token says (OpenID Connect Back-Channel Logout 1.0 §2.6), its signature and issuer being proven.
 *
 * @throws GuardError
 */
export function checkLogoutToken(
  signed: JsonObject,
  expected: ReceivedClaimsExpected,
  now: number,
): Logout {
  refuseIdToken(signed)
  const { events, jti, issuedAt, usableUntil } = checkReceivedClaims(signed, expected, now)
  if (!isRecord(own(events, LOGOUT_EVENT)))
    throw invalidClaim('events', 'does not have the event of a back-channel logout')
  const sessionId = identifierIn(signed, 'sid')
  const subject = identifierIn(signed, 'sub')
  if (sessionId === undefined && subject === undefined) {
    throw new GuardError('ERR_CLAIM_MISSING', 'the token has neither sid nor sub')
  }
  return { jti, issuedAt, usableUntil, sessionId, subject }
}

/**
 * §2.6 forbids `nonce`, so that a logout token never passes for an ID token. The other way round, whatever somebody made
 * their provider write into `events` of an ID token, it is one.
 */
function refuseIdToken(signed: JsonObject): void {
  for (const name of ['nonce', 'at_hash', 'c_hash']) {
    if (!Object.hasOwn(signed, name)) continue
    throw new GuardError('ERR_TOKEN_TYPE_REFUSED', `the token has ${name}, so it is an ID token`)
  }
}
