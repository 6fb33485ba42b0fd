import { type KeyObject, randomBytes } from 'node:crypto'
import type { AsymmetricAlgorithm, Jwk } from '@gatewarden/core'
import {
  asymmetricAlgorithms,
  callOut,
  ConfigError,
  describeGiven,
  expectFunction,
  expectText,
  importPublicKey,
  isRecord,
  type MaybePromise,
} from '@gatewarden/core/kit'
import { KeysUnavailableError } from './keys-unavailable-error.ts'
import type { ReadySigner, Signer } from './signer.ts'
import { isSigningAlgorithm, verifiesWith } from './signing-algorithm.ts'
import { thumbprintOf } from './thumbprint.ts'

/** A signer of the application's, whose public key is sound. That the two belong together shows when it signs. */
export class CheckedSigner implements ReadySigner {
  readonly kid: string
  readonly algorithm: AsymmetricAlgorithm
  readonly publicKey: Jwk
  readonly #signer: Signer
  readonly #option: string
  readonly #key: KeyObject
  #isProven = false

  /**
   * @param option where it stands in the configuration
   * @throws ConfigError
   */
  constructor(signer: Signer, option: string) {
    if (!isRecord(signer))
      throw new ConfigError(option, `expected a signer, ${describeGiven(signer)}`)
    const { algorithm, publicKey, kid } = signer
    if (!isSigningAlgorithm(algorithm)) {
      throw new ConfigError(
        `${option}.algorithm`,
        `expected one of ${asymmetricAlgorithms.join(', ')}, ${describeGiven(algorithm)}`,
      )
    }
    // Asked here and called there, as a method: a client of a KMS is a class most often.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    expectFunction(`${option}.sign`, signer.sign)
    this.#signer = signer
    this.#option = option
    // What a guard takes, for the same reasons: our tokens are verified by one.
    this.#key = importPublicKey(publicKey, [algorithm], `${option}.publicKey`).key
    const jwk = this.#key.export({ format: 'jwk' }) as Jwk
    this.algorithm = algorithm
    this.kid = kid === undefined ? thumbprintOf(jwk) : expectText(`${option}.kid`, kid)
    this.publicKey = Object.freeze({ ...jwk, kid: this.kid, use: 'sig', alg: algorithm })
  }

  /** True once a signature of it was verified. */
  get isProven(): boolean {
    return this.#isProven
  }

  sign(input: Uint8Array): MaybePromise<Uint8Array> {
    return callOut(
      () => this.#signer.sign(input),
      (cause) => new KeysUnavailableError(`${this.#option} cannot sign`, { cause }),
    )
  }

  /**
   * Signs something and verifies it, so that a mistake shows when the process starts and not at the first login.
   *
   * @throws ConfigError when the signature is not one of this key and algorithm
   * @throws KeysUnavailableError when there is none
   */
  async prove(): Promise<this> {
    const input = randomBytes(32)
    const signature: unknown = await this.sign(input)
    if (!(signature instanceof Uint8Array))
      throw this.#refuse(`expected a Uint8Array, ${describeGiven(signature)}`)
    if (!verifiesWith(this.algorithm, this.#key, input, signature)) {
      throw this.#refuse(
        isDer(signature) && this.algorithm.startsWith('ES')
          ? 'its signature is in DER; a JWS takes r ‖ s at fixed length (RFC 7518 §3.4)'
          : `its signature is not one that ${this.algorithm} makes with the private key of publicKey`,
      )
    }
    this.#isProven = true
    return this
  }

  #refuse(problem: string): ConfigError {
    return new ConfigError(`${this.#option}.sign`, problem)
  }
}

/** A SEQUENCE as long as the rest of it says: r ‖ s looks like one once in thousands of times, and then it verifies. */
function isDer([tag, length, ...rest]: Uint8Array): boolean {
  return tag === 0x30 && (length === rest.length || length === 0x81)
}
