export type JsonObject = { readonly [member: string]: unknown }

/** Deeper than any claims set in use, shallow enough for every recursive reader after us. */
const DEEPEST = 32

/** Up to here it takes less to parse a text and look than to look for too many levels first. */
const SHORT = 2_048

const SPACE = 0x20
const QUOTE = 0x22
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Reads a JSON object as RFC 7515 §4 and RFC 7519 §4 want it: an object at the top, no member name twice at any
 * level, at most 32 levels deep. The object is frozen, all the way down.
 *
 * @throws SyntaxError saying which of these does not hold
 */
export function parseStrictJson(text: string): JsonObject {
  // Forged tokens come this far: a megabyte of brackets must not become a hundred of lists.
  if (text.length > SHORT && isTooDeep(text)) throw tooDeep()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // V8's own message quotes the text, which an attacker wrote.
    throw new SyntaxError('is not JSON')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new SyntaxError('is not a JSON object')
  // JSON.parse keeps the last of two equal names, so a duplicate shows as a member that was written but not kept.
  // What was kept was written, and no more was written than the bound says: where those two meet, counting is saved.
  const kept = freezeAndCount(value, 1)
  if (kept !== boundMembersWritten(text) && kept !== countMembersWritten(text))
    throw new SyntaxError('has a duplicate member')
  return value as JsonObject
}

/** Freezes lists and objects down to the deepest allowed and counts the members of all objects. */
function freezeAndCount(value: object, depth: number): number {
  if (depth > DEEPEST) throw tooDeep()
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (isListOrObject(item)) members += freezeAndCount(item, depth + 1)
  } else {
    members = Object.keys(value).length
    let left = members
    // Own members come first: what follows them was put on Object.prototype.
    for (const name in value) {
      if (left-- === 0) break
      const item = (value as JsonObject)[name]
      if (isListOrObject(item)) members += freezeAndCount(item, depth + 1)
    }
  }
  Object.freeze(value)
  return members
}

function isListOrObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > DEEPEST) return true
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
        break
    }
  }
  return false
}

function tooDeep(): SyntaxError {
  return new SyntaxError(`is nested deeper than ${DEEPEST} levels`)
}

/**
 * At least as many as there are members: the colons behind a quote or white space. A few more only where a string
 * holds such a colon.
 */
function boundMembersWritten(text: string): number {
  let members = 0
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const before = text.charCodeAt(colon - 1)
    if (before === QUOTE || before <= SPACE) members++
  }
  return members
}

/** Counts the colons outside strings, one for each member. */
function countMembersWritten(text: string): number {
  let members = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) at = endOfString(text, at)
    else if (character === COLON) members++
  }
  return members
}

/** The position of the quote that closes the string opened at `start`; the text's end when none does. */
function endOfString(text: string, start: number): number {
  let end = start
  do {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
  } while (isEscaped(text, end))
  return end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
