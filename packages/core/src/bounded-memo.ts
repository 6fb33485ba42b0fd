import { detachText } from './detach-text.ts'

/**
 * Remembers what was worked out from a text, for texts that come again and again: the headers of a key's tokens, the
 * scopes of a client's. When it is full it forgets everything, which is cheaper than to know what was used last.
 *
 * Give it only what verified tokens say: forged ones must not push good entries out.
 */
export class BoundedMemo<Value> {
  readonly #maxEntries: number
  readonly #entries = new Map<string, Entry<Value>>()
  /** The entry asked for last, most often the one asked for next: to compare texts takes less than to hash one. */
  #last: Entry<Value> | undefined

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  recall(text: string): Value | undefined {
    if (text === this.#last?.text) return this.#last.value
    const entry = this.#entries.get(text)
    if (entry !== undefined) this.#last = entry
    return entry?.value
  }

  remember(text: string, value: Value): void {
    if (text === this.#last?.text || this.#entries.has(text)) return
    if (this.#entries.size >= this.#maxEntries) this.#entries.clear()
    const entry = { text: detachText(text), value }
    this.#entries.set(entry.text, entry)
    this.#last = entry
  }
}

interface Entry<Value> {
  readonly text: string
  readonly value: Value
}
