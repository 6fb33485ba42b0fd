import type { GuardOptions } from '@gatewarden/core'
import { AUDIENCE, ISSUER } from './tokens.ts'
import type { VerificationKey } from './verification-key.ts'

/** With the key set where there is one: it costs more than a key at hand, and is what an identity provider gives. */
export function guardOptionsFor({ algorithm, text, jwksUri }: VerificationKey): GuardOptions {
  const expected = { issuer: ISSUER, audience: AUDIENCE }
  if (algorithm === 'HS256') return { ...expected, secret: text }
  const algorithms = [algorithm]
  return jwksUri === undefined
    ? { ...expected, algorithms, publicKey: text }
    : { ...expected, algorithms, jwksUri }
}

/** What fast-jwt needs to demand the same: it lets an absent claim pass unless told that it is required. */
export function fastJwtOptionsFor({ algorithm, text }: VerificationKey) {
  return {
    key: text,
    algorithms: [algorithm],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp'],
  }
}
