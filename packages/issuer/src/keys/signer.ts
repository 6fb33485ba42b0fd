import type { AsymmetricAlgorithm, Jwk, PublicKeyInput } from '@gatewarden/core'
import type { MaybePromise } from '@gatewarden/core/kit'

/** A key that signs. It may live elsewhere, in a KMS or HSM: then `sign` asks there. */
export interface Signer {
  /** Names the key in the tokens it signs. Default: its thumbprint (RFC 7638). Never give one to another key later. */
  readonly kid?: string | undefined
  readonly algorithm: AsymmetricAlgorithm
  /** What verifies its signatures: PEM, JWK or `KeyObject`. */
  readonly publicKey: PublicKeyInput
  /**
   * Signs as RFC 7518 §3 says, hashing the input first where the algorithm does. For ECDSA that is r ‖ s at fixed length,
   * not the DER that most services answer with; for RSA-PSS the salt is as long as the digest.
   */
  sign(input: Uint8Array): MaybePromise<Uint8Array>
}

/** A {@link Signer} whose key was checked. */
export interface ReadySigner extends Signer {
  readonly kid: string
  /** Public members only, with `kid`, `use` and `alg`: as it is published. */
  readonly publicKey: Jwk
}
