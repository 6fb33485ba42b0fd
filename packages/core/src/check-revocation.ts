import { GuardError, isGuardError } from './errors.ts'
import { callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
import type { KeyRecord } from './keys/key-record.ts'
import type { Auth } from './principal.ts'
import type { RevocationView } from './revocation.ts'
import { TokenIds } from './revocations/token-ids.ts'
import type { Verdict } from './verdict.ts'

/**
 * Refuses a token that was revoked, by any of its identifiers. Asked at every use, after the cache: a verdict says
 * nothing about what was revoked since.
 *
 * @throws GuardError `ERR_TOKEN_REVOKED` (401), `ERR_REVOCATION_UNAVAILABLE` (503)
 */
export function checkRevocation(
  view: RevocationView | undefined,
  verdict: Verdict<unknown>,
): MaybePromise<void> {
  if (view === undefined) return undefined
  const ids = (verdict.revocationIds ??= idsOf(verdict.auth, verdict.key))
  return whenReady(
    callOut<unknown>(() => view.isRevoked(ids), unavailable),
    refuseUnlessFalse,
  )
}

/** @throws GuardError `ERR_REVOCATION_UNAVAILABLE` when the view cannot answer yet */
export async function revocationReady(view: RevocationView | undefined): Promise<void> {
  await callOut<unknown>(() => view?.ready?.(), unavailable)
}

function refuseUnlessFalse(revoked: unknown): void {
  // Only a plain "no" lets the token pass: undefined is a view that did not answer.
  if (revoked === false) return
  if (revoked === true) throw new GuardError('ERR_TOKEN_REVOKED', 'the token was revoked')
  throw unavailable(new TypeError(`isRevoked must return true or false, not a ${typeof revoked}`))
}

function idsOf(auth: Auth<unknown>, key: KeyRecord): TokenIds {
  const { issuer = '', tokenId, sessionId, subject, clientId, tenant, issuedAt, header } = auth
  // The key that verified, not the kid that the header claims.
  const keyId = key.kid ?? header.kid
  return new TokenIds({
    issuer,
    tokenId,
    sessionId,
    subject,
    clientId,
    tenant,
    keyId,
    issuedAt,
  })
}

function unavailable(cause: unknown): GuardError {
  if (isGuardError(cause)) return cause
  return new GuardError('ERR_REVOCATION_UNAVAILABLE', 'the revocation view did not answer', {
    cause,
    retryAfter: 5,
  })
}
