/**
 * Remembers what was worked out from a text, for texts that come again and again: the headers of a key's tokens, the
 * scopes of a client's. When it is full it forgets everything, which is cheaper than to know what was used last.
 *
 * Give it only what verified tokens say: forged ones must not push good entries out.
 */
export class BoundedMemo<Value> {
  readonly #maxEntries: number
  readonly #values = new Map<string, Value>()
  /** The entry asked for last, most often the one asked for next: to compare texts takes less than to hash one. */
  #lastText: string | undefined
  #lastValue: Value | undefined

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  recall(text: string): Value | undefined {
    if (text === this.#lastText) return this.#lastValue
    const value = this.#values.get(text)
    if (value !== undefined) this.#setLast(text, value)
    return value
  }

  remember(text: string, value: Value): void {
    if (text === this.#lastText) return
    if (this.#values.size >= this.#maxEntries) this.#values.clear()
    this.#values.set(text, value)
    this.#setLast(text, value)
  }

  #setLast(text: string, value: Value): void {
    this.#lastText = text
    this.#lastValue = value
  }
}
