import { GuardError } from '../errors.ts'
import type { Revocation } from '../revocations/expect-revocation.ts'
import type { RevocationIds } from '../revocation.ts'

/** What revokes: a revocation feed, `createMemoryRevocations()`, or something like them. */
export interface Revoker {
  /** Revokes. Returns, or resolves, when that outlives a restart, as far as it ever does. */
  revoke(revocation: Revocation): void | Promise<void>
  /** Where it is there, what was received once is remembered in it, for every process. */
  isRevoked?(ids: RevocationIds): boolean | Promise<boolean>
}

/**
 * Resolves when all of it is revoked for good. Revoking is idempotent: what failed half-way is asked for again as a whole.
 *
 * @throws GuardError `ERR_REVOCATION_UNAVAILABLE`
 */
export async function revokeAll(
  revoker: Revoker,
  revocations: readonly Revocation[],
): Promise<void> {
  try {
    // At once and not in turn: a feed makes one append of them.
    await Promise.all(revocations.map(async (revocation) => revoker.revoke(revocation)))
  } catch (cause) {
    throw new GuardError('ERR_REVOCATION_UNAVAILABLE', 'what was received could not be revoked', {
      cause,
      retryAfter: 5,
    })
  }
}

/**
 * Whether something is known to be revoked already. Where nobody can say, no: the answer only keeps a message from being
 * obeyed twice or after its key was given up, and to refuse a logout for want of it would be the greater harm.
 */
export async function isKnownRevoked(
  revoker: Revoker,
  ids: Partial<RevocationIds> & { readonly issuer: string },
): Promise<boolean> {
  const none = { tokenId: undefined, sessionId: undefined, subject: undefined }
  const neither = { clientId: undefined, tenant: undefined, keyId: undefined, issuedAt: undefined }
  try {
    return (await revoker.isRevoked?.({ ...none, ...neither, ...ids })) === true
  } catch {
    return false
  }
}

/** Why what a key signed is refused that {@link isKnownRevoked} knows. */
export function signedByRevoked(): GuardError {
  return new GuardError(
    'ERR_KEY_UNKNOWN',
    'the key that signed the token was revoked, or its issuer as a whole',
  )
}
