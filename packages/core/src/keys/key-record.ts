import { constants, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto'
import { type Algorithm, type AlgorithmFacts, factsOf } from '../algorithms.ts'

/**
 * One key a guard trusts, bound at load to what it may verify. A key never serves another algorithm family,
 * whatever a token says (RFC 8725 §3.1).
 */
export class KeyRecord {
  readonly kid: string | undefined
  readonly key: KeyObject
  readonly algorithms: readonly Algorithm[]
  /**
   * True for a key given to the guard directly, without a `kid`: it is tried for every token. A key of a key set
   * answers to its own `kid` only.
   */
  readonly servesAnyKid: boolean
  /** The length of an RSA signature is that of the modulus; undefined for other keys. */
  readonly modulusBytes: number | undefined
  /** Turned off when the key is withdrawn or revoked. Every verdict reached with it is void from then on. */
  trusted = true

  constructor(
    key: KeyObject,
    algorithms: readonly Algorithm[],
    kid: string | undefined,
    servesAnyKid: boolean,
  ) {
    this.key = key
    this.algorithms = algorithms
    this.kid = kid
    this.servesAnyKid = servesAnyKid
    const { modulusLength } = key.asymmetricKeyDetails ?? {}
    this.modulusBytes = modulusLength === undefined ? undefined : Math.ceil(modulusLength / 8)
  }

  /** True when `other` is the same key under the same name, so that verdicts reached with one hold for the other. */
  isSameAs(other: KeyRecord): boolean {
    return (
      this.kid === other.kid &&
      this.algorithms.join() === other.algorithms.join() &&
      this.key.equals(other.key)
    )
  }
}

/** How `crypto.verify` is to use this key for an algorithm. */
export function verifyOptions(
  key: KeyObject,
  facts: AlgorithmFacts,
): KeyObject | VerifyKeyObjectInput {
  // RFC 7518 §3.4: the signature is r ‖ s at fixed length, not the DER that OpenSSL uses by itself.
  if (facts.family === 'ec') return { key, dsaEncoding: 'ieee-p1363' }
  // RFC 7518 §3.5: the salt is as long as the digest.
  if (facts.pss)
    return {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }
  return key
}

export function fitsFamily(algorithm: Algorithm, key: KeyObject): boolean {
  const { family, curve } = factsOf(algorithm)
  switch (family) {
    case 'secret':
      return key.type === 'secret'
    case 'rsa':
      return key.asymmetricKeyType === 'rsa'
    case 'ec':
      return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve
    case 'ed25519':
      return key.asymmetricKeyType === 'ed25519'
  }
}
