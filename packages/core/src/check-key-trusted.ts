import { GuardError } from './errors.ts'
import type { Verdict } from './verdict.ts'

/**
 * Refuses a verdict whose key was withdrawn or revoked since.
 *
 * @throws GuardError `ERR_KEY_UNKNOWN`
 */
export function checkKeyTrusted({ key }: Verdict<unknown>): void {
  if (!key.trusted)
    throw new GuardError('ERR_KEY_UNKNOWN', 'the key that signed the token is no longer trusted')
}
