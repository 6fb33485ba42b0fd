import { timeWindow, type TimeWindow } from './check-times.ts'
import type { Claims } from './claims.ts'
import type { CheckedClaims } from './known-claims.ts'
import type { KeyRecord } from './keys/key-record.ts'
import { detachText } from './detach-text.ts'
import { type Auth, replaceToken } from './principal.ts'
import type { TokenIds } from './revocations/token-ids.ts'
import type { TrustedIssuer } from './issuers/trusted-issuer.ts'

/**
 * What stays true of a verified token, and everything needed to judge again what may not: the time, the key,
 * revocation. Kept in the cache.
 */
export interface Verdict<C> extends TimeWindow {
  /** Another copy of its text from when the verdict is kept: see {@link detachToken}. */
  token: string
  readonly auth: Auth<C>
  /** The claims as signed; `auth.claims` is what a schema made of them. */
  readonly claims: Claims
  readonly issuer: TrustedIssuer
  readonly key: KeyRecord
  /** What a revocation view is asked by: made when the first one is, and kept for every later use. */
  revocationIds: TokenIds | undefined
}

export function createVerdict<C>(
  auth: Auth<C>,
  signed: CheckedClaims,
  issuer: TrustedIssuer,
  key: KeyRecord,
  clockTolerance: number,
): Verdict<C> {
  const { from, until } = timeWindow(signed, clockTolerance, issuer.maxTokenAge)
  return {
    token: auth.token,
    auth,
    claims: signed.set,
    issuer,
    key,
    // Here and not in an object of its own, which would have to be fetched from memory at every use.
    from,
    until,
    revocationIds: undefined,
  }
}

/** Has a verdict that is going to be kept, and its principal, hold on to no more than the token's own text. */
export function detachToken(verdict: Verdict<unknown>): void {
  verdict.token = detachText(verdict.token)
  replaceToken(verdict.auth, verdict.token)
}
