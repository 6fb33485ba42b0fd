/** So many take four kilobytes. With fewer, tokens would overwrite each other's marks all the time. */
const FEWEST_MARKS = 1024

/**
 * Tells what comes again from what comes once, without holding either: a table of fixed size with a mark for each of
 * the last few thousand keys, each overwritten by the next that falls on its place.
 *
 * An overwritten mark, or one that two keys share, makes an answer wrong. Ask only where a wrong one costs work, and
 * nothing else.
 */
export class SeenBefore {
  readonly #marks: Int32Array

  /** @param most how many keys to have marks for */
  constructor(most: number) {
    this.#marks = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(most, FEWEST_MARKS))))
  }

  /** Marks a key, 32 bits that look random, and tells whether it was marked already. */
  mark(key: number): boolean {
    const place = key & (this.#marks.length - 1)
    const isMarked = this.#marks[place] === key
    this.#marks[place] = key
    return isMarked
  }

  clear(): void {
    this.#marks.fill(0)
  }
}
