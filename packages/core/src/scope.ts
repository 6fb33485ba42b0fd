/** RFC 6749 §3.3: the characters of one scope. No space, no quote, no backslash. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** True for one scope: what may be in a token's list, and in the `scope` attribute of a challenge (RFC 6750 §3). */
export function isScope(text: string): boolean {
  return SCOPE.test(text)
}
