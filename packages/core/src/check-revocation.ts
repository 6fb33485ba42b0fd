import { GuardError, isGuardError } from './errors.ts'
import { callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
import type { KeyRecord } from './keys/key-record.ts'
import type { Auth } from './principal.ts'
import type { RevocationIds, RevocationView } from './revocation.ts'
import type { Verdict } from './verdict.ts'

/**
 * Refuses a token that was revoked, by any of its identifiers. Asked at every use, after the cache: a verdict says
 * nothing about what was revoked since.
 *
 * @throws GuardError `ERR_TOKEN_REVOKED` (401), `ERR_REVOCATION_UNAVAILABLE` (503)
 */
export function checkRevocation(
  view: RevocationView | undefined,
  { auth, key }: Verdict<unknown>,
): MaybePromise<void> {
  if (view === undefined) return undefined
  return whenReady(
    callOut<unknown>(() => view.isRevoked(revocationIds(auth, key)), unavailable),
    (revoked) => {
      // Only a plain "no" lets the token pass: undefined is a view that did not answer.
      if (revoked === false) return
      if (revoked === true) throw new GuardError('ERR_TOKEN_REVOKED', 'the token was revoked')
      throw unavailable(
        new TypeError(`isRevoked must return true or false, not a ${typeof revoked}`),
      )
    },
  )
}

function revocationIds(auth: Auth<unknown>, key: KeyRecord): RevocationIds {
  const { issuer = '', tokenId, sessionId, subject, clientId, tenant, issuedAt, header } = auth
  // The key that verified, not the kid that the header claims.
  const keyId = key.kid ?? header.kid
  return { issuer, tokenId, sessionId, subject, clientId, tenant, keyId, issuedAt }
}

function unavailable(cause: unknown): GuardError {
  if (isGuardError(cause)) return cause
  return new GuardError('ERR_REVOCATION_UNAVAILABLE', 'the revocation view did not answer', {
    cause,
    retryAfter: 5,
  })
}
