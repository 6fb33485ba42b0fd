import { createHash } from 'node:crypto'
import { ALL_TOKENS, type LoggedRevocation } from '@gatewarden/core'
import { HOUR, NOON } from './sample-sessions.ts'

/** A key as logs have them: a fingerprint of 16 bytes, the kind, and a zero. */
export function keyNamed(name: string): string {
  const fingerprint = createHash('sha256').update(name).digest().subarray(0, 16)
  return Buffer.concat([fingerprint, Buffer.of(2, 0)]).toString('base64url')
}

/** A revocation of what has this name, for an hour. */
export function sampleRevocation(
  name: string,
  given: Partial<LoggedRevocation> = {},
): LoggedRevocation {
  return { key: keyNamed(name), until: NOON + HOUR, issuedUpTo: ALL_TOKENS, ...given }
}

/** Revocations of so many things, none of which another call with another name gives. */
export function sampleRevocations(
  count: number,
  name: string,
  given: Partial<LoggedRevocation> = {},
): LoggedRevocation[] {
  return Array.from({ length: count }, (_, i) => sampleRevocation(`${name} ${i}`, given))
}
