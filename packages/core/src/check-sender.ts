import { GuardError } from './errors.ts'
import type { KnownClaims } from './known-claims.ts'

/**
 * Refuses a token bound to a key or certificate of its sender (RFC 7800 §3.1): presented as a plain Bearer token it
 * proves nothing about who sends it (RFC 9449 §7.2, RFC 8705 §3). A `cnf` of any form counts.
 *
 * @throws GuardError `ERR_SENDER_CONSTRAINED`
 */
export function checkSender({ cnf }: Pick<KnownClaims, 'cnf'>): void {
  if (cnf === undefined) return
  throw new GuardError(
    'ERR_SENDER_CONSTRAINED',
    'the token is bound to its sender (cnf); this guard takes Bearer tokens',
  )
}
