import type { JwkSet } from '@gatewarden/core'
import { ConfigError, describeGiven, type MaybePromise } from '@gatewarden/core/kit'
import { CheckedSigner } from './checked-signer.ts'
import { KeysUnavailableError } from './keys-unavailable-error.ts'
import type { ReadySigner, Signer } from './signer.ts'
import type { KeyChange, KeyState, SigningKeyInfo, SigningKeys } from './signing-keys.ts'
import { tellListener } from './tell-listener.ts'

export interface FixedSignersOptions {
  /** Told of every change, after it took effect. */
  readonly onChange?: (event: KeyChange) => void
}

/**
 * Signs with keys that live elsewhere and are changed there: the first signs, all are published. To rotate, add the next
 * key at the end; a day later put it first; take the old one out when its last token has expired.
 *
 * @throws ConfigError when a public key is none, too weak, or not of its signer's algorithm
 */
export function createFixedSigners(
  signers: readonly Signer[],
  options: FixedSignersOptions = {},
): SigningKeys {
  if (!Array.isArray(signers) || signers.length === 0)
    throw new ConfigError('signers', `expected a list of signers, ${describeGiven(signers)}`)
  const checked = (signers as readonly Signer[]).map(
    (signer, at) => new CheckedSigner(signer, `signers[${at}]`),
  )
  checked.forEach(({ kid }, at) => {
    const first = checked.findIndex((other) => other.kid === kid)
    if (first !== at)
      throw new ConfigError(`signers[${at}].kid`, `the same as that of signers[${first}]`)
  })
  return new FixedSigners(checked, options)
}

class FixedSigners implements SigningKeys {
  readonly #signers: readonly CheckedSigner[]
  readonly #onChange: (event: KeyChange) => void
  readonly #revoked = new Set<CheckedSigner>()
  #jwks: JwkSet

  constructor(signers: readonly CheckedSigner[], { onChange = noop }: FixedSignersOptions) {
    this.#signers = signers
    this.#onChange = onChange
    this.#jwks = this.#publish()
  }

  async ready(): Promise<void> {
    await this.signer()
  }

  signer(): MaybePromise<ReadySigner> {
    const active = this.#active
    if (active === undefined)
      return Promise.reject(new KeysUnavailableError('every signer was revoked'))
    return active.isProven ? active : active.prove()
  }

  jwks(): JwkSet {
    return this.#jwks
  }

  refresh(): Promise<void> {
    return Promise.resolve()
  }

  list(): Promise<readonly SigningKeyInfo[]> {
    return Promise.resolve(this.#signers.map((signer) => this.#infoOf(signer)))
  }

  rotate(): Promise<SigningKeyInfo> {
    return Promise.reject(
      new ConfigError(
        'signers',
        'keys that live elsewhere are rotated there: put the next one first',
      ),
    )
  }

  /** In this process, until it ends: take the signer out of the configuration, too. */
  revoke(kid: string): Promise<boolean> {
    const signer = this.#signers.find((other) => other.kid === kid)
    if (signer === undefined) return Promise.resolve(false)
    if (!this.#revoked.has(signer)) {
      const wasActive = signer === this.#active
      this.#revoked.add(signer)
      this.#jwks = this.#publish()
      this.#tell(signer, 'revoked')
      if (wasActive && this.#active !== undefined) this.#tell(this.#active, 'activated')
    }
    return Promise.resolve(true)
  }

  get #active(): CheckedSigner | undefined {
    return this.#signers.find((signer) => !this.#revoked.has(signer))
  }

  #publish(): JwkSet {
    const published = this.#signers.filter((signer) => !this.#revoked.has(signer))
    const keys = Object.freeze(published.map(({ publicKey }) => publicKey))
    return Object.freeze({ keys: keys as JwkSet['keys'] })
  }

  #infoOf(signer: CheckedSigner): SigningKeyInfo {
    const { kid, algorithm } = signer
    const unknown = { createdAt: undefined, activeFrom: undefined, retiredAt: undefined }
    return Object.freeze({
      kid,
      algorithm,
      state: this.#stateOf(signer),
      ...unknown,
      revokedAt: undefined,
    })
  }

  #stateOf(signer: CheckedSigner): KeyState {
    if (this.#revoked.has(signer)) return 'revoked'
    return signer === this.#active ? 'active' : 'standby'
  }

  #tell({ kid, algorithm }: CheckedSigner, change: KeyChange['change']): void {
    tellListener(this.#onChange, { kid, algorithm, change, cause: 'revoke' })
  }
}

function noop(): void {
  // Nobody wants to know.
}
