import { Buffer } from 'node:buffer'
import { createHmac, createVerify, timingSafeEqual, verify } from 'node:crypto'
import { type AlgorithmFacts, factsOf } from './algorithms.ts'
import { GuardError } from './errors.ts'
import { type KeyRecord, verifyOptions } from './keys/key-record.ts'
import type { ParsedToken } from './parse-token.ts'

/** A key set may list one kid twice, a configuration several secrets; nobody needs more than these. */
export const MOST_ATTEMPTS = 16

/** Room for a MAC of each length while it is compared: a Buffer of its own for each would cost more than comparing. */
const MAC_ROOMS = new Map([32, 48, 64].map((bytes) => [bytes, Buffer.allocUnsafeSlow(bytes)]))

/**
 * Verifies the signature (RFC 7515 §5.2) and returns the key that made it.
 *
 * @throws GuardError `ERR_SIGNATURE_INVALID`
 */
export function verifySignature(token: ParsedToken, candidates: readonly KeyRecord[]): KeyRecord {
  const facts = factsOf(token.header.alg)
  let attempts = 0
  for (const candidate of candidates) {
    if (isSignedBy(token, candidate, facts)) return candidate
    if (++attempts === MOST_ATTEMPTS) break
  }
  throw new GuardError(
    'ERR_SIGNATURE_INVALID',
    'the signature is not by a trusted key, or the token was changed',
  )
}

function isSignedBy(
  token: ParsedToken,
  { key, modulusBytes }: KeyRecord,
  facts: AlgorithmFacts,
): boolean {
  const { signingInput, signature } = token
  // RFC 8017 §8.1.2 and §8.2.2: exactly as long as the modulus. OpenSSL takes a PSS signature without its leading
  // zeros, which would be a second spelling of the token.
  if (signature.length !== (facts.signatureBytes ?? modulusBytes)) return false
  if (facts.family === 'secret') {
    // By way of a text: bytes asked for as such come with memory of their own, which costs more than copying them.
    const mac = createHmac(facts.hash!, key).update(signingInput, 'latin1').digest('binary')
    const expected = MAC_ROOMS.get(signature.length)!
    expected.write(mac, 'latin1')
    return timingSafeEqual(expected, signature)
  }
  const options = verifyOptions(key, facts)
  // Ed25519 has no other way. The others are given the text itself, which saves a copy, and up to two microseconds.
  return facts.hash === undefined
    ? verify(undefined, Buffer.from(signingInput, 'latin1'), options, signature)
    : createVerify(facts.hash).update(signingInput, 'latin1').verify(options, signature)
}
