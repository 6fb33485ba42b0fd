import { generateKeyPair, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { AsymmetricAlgorithm } from '@gatewarden/core'
import { asymmetricAlgorithms, factsOf, verifyOptions } from '@gatewarden/core/kit'

export function isSigningAlgorithm(value: unknown): value is AsymmetricAlgorithm {
  return asymmetricAlgorithms.includes(value as AsymmetricAlgorithm)
}

export function isRsa(algorithm: AsymmetricAlgorithm): boolean {
  return factsOf(algorithm).family === 'rsa'
}

/**
 * Signs as a JWS of this algorithm is signed (RFC 7518 §3, RFC 8037 §3.1). At once, not in the thread pool: with elliptic
 * curves the way there and back takes longer than signing.
 */
export function signWith(
  algorithm: AsymmetricAlgorithm,
  key: KeyObject,
  input: Uint8Array,
): Uint8Array {
  const facts = factsOf(algorithm)
  return sign(facts.hash, input, verifyOptions(key, facts))
}

export function verifiesWith(
  algorithm: AsymmetricAlgorithm,
  key: KeyObject,
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  const facts = factsOf(algorithm)
  return verify(facts.hash, input, verifyOptions(key, facts), signature)
}

// Not generateKeyPairSync(): Node 20 can come to a standstill when many keys made with it are exported as JWK.
const makePair = promisify(generateKeyPair)

/** A new private key. The bits count for RSA alone. */
export async function generatePrivateKey(
  algorithm: AsymmetricAlgorithm,
  modulusLength: number,
): Promise<KeyObject> {
  const { family, curve } = factsOf(algorithm)
  switch (family) {
    case 'rsa':
      return (await makePair('rsa', { modulusLength })).privateKey
    case 'ec':
      return (await makePair('ec', { namedCurve: curve! })).privateKey
    default:
      return (await makePair('ed25519')).privateKey
  }
}
