import type { GuardErrorCode } from '@gatewarden/core'
import { factsOf } from '@gatewarden/core/kit'

/** The request's way through a guard, in the order in which it is gone. */
export const STEPS = [
  { id: 'extract', name: 'extract token' },
  { id: 'parse', name: 'parse' },
  { id: 'issuer', name: 'trusted issuer' },
  { id: 'key', name: 'select key' },
  { id: 'signature', name: 'verify signature' },
  { id: 'claims', name: 'check claims' },
  { id: 'sender', name: 'sender constraint' },
  { id: 'principal', name: 'principal' },
  { id: 'times', name: 'check times' },
  { id: 'revocation', name: 'revocation' },
  { id: 'authorize', name: 'authorize' },
] as const

export type StepId = (typeof STEPS)[number]['id']

/** Where each refusal happens. */
const STEP_OF = {
  ERR_TOKEN_MISSING: 'extract',
  ERR_TOKEN_REPEATED: 'extract',
  ERR_REQUEST_MALFORMED: 'extract',
  ERR_CSRF: 'extract',
  ERR_TOKEN_TOO_LARGE: 'parse',
  ERR_TOKEN_MALFORMED: 'parse',
  ERR_TOKEN_ENCRYPTED: 'parse',
  ERR_HEADER_REFUSED: 'parse',
  ERR_ISSUER_UNTRUSTED: 'issuer',
  ERR_KEYS_UNAVAILABLE: 'key',
  ERR_KEY_UNKNOWN: 'key',
  ERR_ALGORITHM_REFUSED: 'key',
  ERR_SIGNATURE_INVALID: 'signature',
  ERR_TOKEN_TYPE_REFUSED: 'claims',
  ERR_CLAIM_INVALID: 'claims',
  ERR_CLAIM_MISSING: 'claims',
  ERR_AUDIENCE_MISMATCH: 'claims',
  ERR_SENDER_CONSTRAINED: 'sender',
  ERR_TOKEN_EXPIRED: 'times',
  ERR_TOKEN_NOT_YET_VALID: 'times',
  ERR_TOKEN_TOO_OLD: 'times',
  ERR_TOKEN_REVOKED: 'revocation',
  ERR_REVOCATION_UNAVAILABLE: 'revocation',
  ERR_CHECK_FAILED: 'revocation',
  ERR_CHECK_UNAVAILABLE: 'revocation',
  ERR_SCOPE_INSUFFICIENT: 'authorize',
  ERR_ROLE_INSUFFICIENT: 'authorize',
  ERR_PERMISSION_INSUFFICIENT: 'authorize',
  ERR_POLICY_DENIED: 'authorize',
  ERR_GUARD_MISSING: 'authorize',
} as const satisfies { readonly [code in GuardErrorCode]: StepId }

/** At which step a guard refuses with a code. An `alg` that does not exist is noticed before any key is looked for. */
export function stepOf(code: GuardErrorCode, alg: unknown): StepId {
  return code === 'ERR_ALGORITHM_REFUSED' && !isKnownAlgorithm(alg) ? 'parse' : STEP_OF[code]
}

/** True when a refusal of this code means that the signature was found good. */
export function isPastSignature(code: GuardErrorCode): boolean {
  return positionOf(STEP_OF[code]) > positionOf('signature')
}

export function positionOf(step: StepId): number {
  return STEPS.findIndex(({ id }) => id === step)
}

export function isKnownAlgorithm(alg: unknown): boolean {
  return (factsOf as (alg: unknown) => unknown)(alg) !== undefined
}
