import type { Verdict } from './verdict.ts'

/** Characters of the signature that make the key: 72 random bits, and short enough to be copied, not sliced. */
const KEY_LENGTH = 12

/**
 * Verdicts on tokens that were verified before, by the whole token. Looked up by the last characters of the
 * signature, because hashing a token or using all of it as a key costs more than the rest of a hit; then the whole
 * token is compared.
 *
 * Holds successes only, and only what was verified gets in, so forged tokens neither fill it nor push others out.
 * It keeps two generations: a full young one becomes the old one, and the old one is dropped. What is in use moves
 * along, without any bookkeeping on a hit.
 */
export class VerdictCache<C> {
  readonly #generationSize: number
  #young = new Map<string, Verdict<C>>()
  #old = new Map<string, Verdict<C>>()

  /** @param maxEntries the most verdicts held at once, at least 2 */
  constructor(maxEntries: number) {
    this.#generationSize = Math.floor(maxEntries / 2)
  }

  find(token: string): Verdict<C> | undefined {
    const key = token.slice(-KEY_LENGTH)
    const young = this.#young.get(key)
    if (young !== undefined) return young.token === token ? young : undefined
    const old = this.#old.get(key)
    if (old?.token !== token) return undefined
    this.keep(old)
    return old
  }

  keep(verdict: Verdict<C>): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(verdict.token.slice(-KEY_LENGTH), verdict)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }
}
