import { createPublicKey } from 'node:crypto'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../algorithms.ts'
import { isRecord } from '../is-record.ts'
import {
  bindAlgorithms,
  hasPrivateMembers,
  type Jwk,
  servesSignatures,
} from './import-public-key.ts'
import { KeyRecord } from './key-record.ts'
import { weaknessOfKey } from './key-strength.ts'

/** A JWK Set, RFC 7517 §5. */
export interface JwkSet {
  keys: Jwk[]
}

/** More keys than any provider publishes; a set beyond it is an accident or an attack. */
export const MOST_KEYS = 100

/**
 * Loads the keys of a set that can verify signatures. RFC 7517 §5 wants the others skipped: encryption keys,
 * unknown types, weak or broken ones. Secrets and private keys are skipped too: whoever publishes one has
 * published it (RFC 8725 §2.1).
 *
 * @throws TypeError when it is no key set, too large, or holds no usable key
 */
export function importJwkSet(
  set: unknown,
  allowed: readonly AsymmetricAlgorithm[] = asymmetricAlgorithms,
): KeyRecord[] {
  if (!isRecord(set) || !Array.isArray(set.keys))
    throw new TypeError('it is no JWK Set: it has no "keys" list')
  if (set.keys.length > MOST_KEYS)
    throw new TypeError(`it has ${set.keys.length} keys; at most ${MOST_KEYS} are read`)
  const records = (set.keys as unknown[]).flatMap((jwk) => importSetMember(jwk, allowed) ?? [])
  if (records.length === 0)
    throw new TypeError(`none of its ${set.keys.length} keys can verify ${allowed.join(', ')}`)
  return records
}

function importSetMember(
  jwk: unknown,
  allowed: readonly AsymmetricAlgorithm[],
): KeyRecord | undefined {
  if (!isRecord(jwk) || !isPublicSignatureKey(jwk)) return undefined
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    if (weaknessOfKey(key) !== undefined) return undefined
    const algorithms = bindAlgorithms(key, jwk.alg, allowed)
    return algorithms.length === 0 ? undefined : new KeyRecord(key, algorithms, jwk.kid, false)
  } catch {
    return undefined
  }
}

function isPublicSignatureKey(jwk: Record<string, unknown>): jwk is Record<string, unknown> & Jwk {
  const { kty, kid, alg } = jwk
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') return false
  if (hasPrivateMembers(jwk)) return false
  if (!servesSignatures(jwk)) return false
  if (kid !== undefined && typeof kid !== 'string') return false
  return alg === undefined || typeof alg === 'string'
}
