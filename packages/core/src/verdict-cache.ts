import { SeenBefore } from './seen-before.ts'
import { detachToken, type Verdict } from './verdict.ts'

/** Characters of the signature that make the key: 36 bits that look random, a few less for the last one. */
const KEY_CHARACTERS = 6

/**
 * Verdicts on tokens that were verified before, by the whole token. Looked up by a number made of the last characters
 * of the signature, because hashing a token or using it as a key costs more than the rest of a hit; then the whole
 * token is compared.
 *
 * Holds successes only, and only what was verified gets in, so forged tokens neither fill it nor push others out.
 * It keeps two generations: a full young one becomes the old one, and the old one is dropped. What is in use moves
 * along, without any bookkeeping on a hit.
 *
 * A verdict is kept when its token comes for the second time. Many tokens never do, and to hold on to each of those
 * for a while costs the garbage collector half of what verifying it did.
 */
export class VerdictCache<C> {
  readonly #generationSize: number
  readonly #seenBefore: SeenBefore
  #young = new Map<number, Verdict<C>>()
  #old = new Map<number, Verdict<C>>()

  /** @param maxEntries the most verdicts held at once, at least 2 */
  constructor(maxEntries: number) {
    this.#generationSize = Math.floor(maxEntries / 2)
    this.#seenBefore = new SeenBefore(maxEntries)
  }

  find(token: string): Verdict<C> | undefined {
    const key = keyOf(token)
    const young = this.#young.get(key)
    if (young !== undefined) return young.token === token ? young : undefined
    const old = this.#old.get(key)
    if (old?.token !== token) return undefined
    this.#keep(key, old)
    return old
  }

  /** To be called for every token that was proven and passed: keeps the verdict if the token came before. */
  offer(verdict: Verdict<C>): void {
    const key = keyOf(verdict.token)
    if (!this.#seenBefore.mark(key)) return
    detachToken(verdict)
    this.#keep(key, verdict)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#seenBefore.clear()
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  #keep(key: number, verdict: Verdict<C>): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, verdict)
  }
}

/** FNV-1a, 32 bits, of the last characters. Two tokens of one key take each other's place, and nothing worse. */
function keyOf(token: string): number {
  let key = 0x811c9dc5
  for (let at = Math.max(0, token.length - KEY_CHARACTERS); at < token.length; at++)
    key = Math.imul(key ^ token.charCodeAt(at), 0x01000193)
  return key
}
