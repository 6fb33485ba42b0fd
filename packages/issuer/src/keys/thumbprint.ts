import { createHash } from 'node:crypto'
import type { Jwk } from '@gatewarden/core'

/**
 * The SHA-256 thumbprint of a public key (RFC 7638, for Ed25519 RFC 8037 §2): a name that two keys never share. Not
 * jose's, which is a promise: signers are named when they are configured.
 */
export function thumbprintOf({ kty, crv, x, y, e, n }: Jwk): string {
  // The required members in the order of the alphabet. JSON leaves out those that a type of key does not have.
  const required = JSON.stringify({ crv, e, kty, n, x, y })
  return createHash('sha256').update(required).digest('base64url')
}
