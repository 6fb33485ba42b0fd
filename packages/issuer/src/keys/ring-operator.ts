import type { AsymmetricAlgorithm, JwkSet } from '@gatewarden/core'
import {
  type KeyRingOptions,
  type KeyRingSettings,
  resolveKeyRingOptions,
} from './key-ring-options.ts'
import { LocalSigner } from './local-signer.ts'
import { broughtForward, maintained, withRevoked } from './ring-changes.ts'
import { emptyRing, type RevokedKey, type RingDocument, type RingKey } from './ring-document.ts'
import { RingRegister } from './ring-register.ts'
import { RingSeal } from './ring-seal.ts'
import { activeKeyOf, standbysOf } from './ring-states.ts'
import { infoOf, viewOf } from './ring-view.ts'
import { generatePrivateKey, isRsa } from './signing-algorithm.ts'
import type { SigningKeyInfo } from './signing-keys.ts'

interface Step {
  readonly now: number
  readonly makeKey: (activeFrom: number) => Promise<RingKey>
}

/**
 * The ring in a store, for somebody who is no process of the issuer. Such a one may be configured otherwise, so that the
 * upkeep which follows from the configuration is left to those processes: nothing is dropped here, nothing is made that
 * is not needed at once, and to look changes nothing.
 */
export class RingOperator {
  readonly #settings: KeyRingSettings
  /** Whether the options say which algorithm, or the ring does. */
  readonly #isAlgorithmGiven: boolean
  readonly #register: RingRegister
  #ring = emptyRing

  /** @throws ConfigError */
  constructor(options: KeyRingOptions) {
    const settings = resolveKeyRingOptions(options)
    const { store, clock, keyEncryptionKeys } = settings
    this.#settings = settings
    this.#isAlgorithmGiven = options.algorithm !== undefined
    this.#register = new RingRegister({
      store,
      clock,
      seal: new RingSeal(keyEncryptionKeys),
      onRead: (ring) => (this.#ring = ring),
    })
  }

  async list(): Promise<readonly SigningKeyInfo[]> {
    await this.#register.read()
    return this.#infos()
  }

  async jwks(): Promise<JwkSet> {
    await this.#register.read()
    return this.#view().jwks
  }

  /** The first ring, or the standby that is missing. Returns what was made. */
  async create(): Promise<readonly SigningKeyInfo[]> {
    const made = new Set<string>()
    await this.#change(async (ring, step) => {
      made.clear()
      const makeKey = async (activeFrom: number) => {
        const key = await step.makeKey(activeFrom)
        made.add(key.kid)
        return key
      }
      const settings = { ...this.#settings, retain: Infinity }
      return maintained(ring, { ...step, settings, isStarting: false, makeKey })
    })
    return this.#infos().filter(({ kid }) => made.has(kid))
  }

  /** The next key, which takes over as soon as it has been published for the full lead. Undefined for an empty ring. */
  async rotate(): Promise<SigningKeyInfo | undefined> {
    let target = ''
    await this.#change(async (ring, step) => {
      if (ring.keys.length === 0) return ring
      const { lead } = this.#settings
      const [next] = standbysOf(ring, step.now)
      const standby = next ?? (await step.makeKey(step.now + lead))
      const before = next === undefined ? { ...ring, keys: [...ring.keys, standby] } : ring
      // The same in every try: who asks twice rotates once.
      if (!before.keys.some(({ kid }) => kid === target)) target = standby.kid
      return broughtForward(before, target, { now: step.now, settings: this.#settings })
    })
    return this.#infos().find(({ kid }) => kid === target)
  }

  /** False for a key that nobody knows. Of a ring without a key that may sign, the next one signs at once. */
  async revoke(kid: string): Promise<boolean> {
    let isKnown = false
    await this.#change(async (ring, step) => {
      const key = ring.keys.find((other) => other.kid === kid)
      isKnown = key !== undefined || ring.revoked.some((other) => other.kid === kid)
      if (key === undefined) return ring
      const left = withRevoked(ring, key, step.now)
      if (activeKeyOf(left, step.now) !== undefined) return left
      return { ...left, keys: [...left.keys, await step.makeKey(step.now)] }
    })
    return isKnown
  }

  async #change(change: (ring: RingDocument, step: Step) => Promise<RingDocument>): Promise<void> {
    const { clock } = this.#settings
    const changed = await this.#register.change((ring) => {
      const now = clock()
      const makeKey = async (activeFrom: number) => {
        const signer = await this.#makeSigner(ring, now)
        const { kid, algorithm } = signer
        return { kid, algorithm, createdAt: now, activeFrom, signer }
      }
      return change(ring, { now, makeKey })
    }, false)
    if (changed !== undefined) this.#ring = changed
  }

  /** Like the keys that are there, unless the options say otherwise. */
  async #makeSigner(ring: RingDocument, now: number): Promise<LocalSigner> {
    const like = activeKeyOf(ring, now) ?? ring.keys.at(-1) ?? ring.revoked.at(-1)
    const algorithm =
      this.#isAlgorithmGiven || like === undefined ? this.#settings.algorithm : like.algorithm
    const bits = Math.max(this.#settings.modulusLength, modulusLengthOf(like, algorithm))
    return new LocalSigner(algorithm, await generatePrivateKey(algorithm, bits))
  }

  #infos(): readonly SigningKeyInfo[] {
    return this.#view().standings.map(infoOf)
  }

  #view() {
    const { clock, retain } = this.#settings
    return viewOf(this.#ring, clock(), retain)
  }
}

/** The bits of an RSA key of a ring; 0 where there is none to be like. */
function modulusLengthOf(
  key: RingKey | RevokedKey | undefined,
  algorithm: AsymmetricAlgorithm,
): number {
  const n = key?.revokedAt === undefined ? key?.signer.publicKey.n : undefined
  return isRsa(algorithm) && n !== undefined ? Buffer.from(n, 'base64url').length * 8 : 0
}
