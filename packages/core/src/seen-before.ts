/** With fewer places, keys would meet on one all the time. So many take four kilobytes. */
const FEWEST_PLACES = 1024
/** For each key to expect: one in five finds another on its place then, and takes a little longer to be told again. */
const PLACES_PER_KEY = 4

/**
 * Tells what comes again from what comes once, without holding either: a table of fixed size with a mark for each of
 * the last few thousand keys.
 *
 * A mark that is gone, or one that two keys share, makes an answer wrong. Ask only where a wrong one costs work, and
 * nothing else.
 */
export class SeenBefore {
  readonly #marks: Int32Array
  readonly #random: () => number

  /**
   * @param most how many keys to expect
   * @param random a number from 0 up to 1
   */
  constructor(most: number, random: () => number = Math.random) {
    const places = Math.max(most * PLACES_PER_KEY, FEWEST_PLACES)
    this.#marks = new Int32Array(2 ** Math.ceil(Math.log2(places)))
    this.#random = random
  }

  /** Marks a key, 32 bits that look random, and tells whether it was marked already. */
  mark(key: number): boolean {
    const place = key & (this.#marks.length - 1)
    const held = this.#marks[place]
    if (held === key) return true
    // Which of two keys gets their place is left to chance. If it were always the later one, two that come in turn
    // would never be told again.
    if (held === 0 || this.#random() < 0.5) this.#marks[place] = key
    return false
  }

  clear(): void {
    this.#marks.fill(0)
  }
}
