import { createPublicKey, type KeyObject } from 'node:crypto'
import type { AsymmetricAlgorithm, Jwk } from '@gatewarden/core'
import type { ReadySigner } from './signer.ts'
import { signWith } from './signing-algorithm.ts'
import { thumbprintOf } from './thumbprint.ts'

/** A key in the memory of this process. What is public about it is worked out from the private key, and from nothing else. */
export class LocalSigner implements ReadySigner {
  readonly kid: string
  readonly algorithm: AsymmetricAlgorithm
  readonly publicKey: Jwk
  // Private for the runtime, too: whoever prints a signer does not print the key.
  readonly #privateKey: KeyObject

  constructor(algorithm: AsymmetricAlgorithm, privateKey: KeyObject) {
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as Jwk
    this.algorithm = algorithm
    this.kid = thumbprintOf(jwk)
    this.publicKey = Object.freeze({ ...jwk, kid: this.kid, use: 'sig', alg: algorithm })
    this.#privateKey = privateKey
  }

  sign(input: Uint8Array): Uint8Array {
    return signWith(this.algorithm, this.#privateKey, input)
  }

  /** The whole key, to be sealed. */
  exportPrivateJwk(): Jwk {
    return this.#privateKey.export({ format: 'jwk' })
  }
}
