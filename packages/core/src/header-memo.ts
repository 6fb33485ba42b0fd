import type { JoseHeader } from './parse-header.ts'

/** Issuers sign with a handful of keys, and each key's tokens begin with the same header. */
const MOST_HEADERS = 64

/**
 * Headers that were judged before, by their base64url text. All tokens of one signing key share one header segment.
 * A header is remembered only once a signature over it was verified: forged ones cannot push good ones out.
 */
export class HeaderMemo {
  readonly #headers = new Map<string, JoseHeader>()

  recall(segment: string): JoseHeader | undefined {
    return this.#headers.get(segment)
  }

  remember(segment: string, header: JoseHeader): void {
    if (this.#headers.has(segment)) return
    if (this.#headers.size >= MOST_HEADERS) this.#headers.clear()
    this.#headers.set(segment, header)
  }
}
