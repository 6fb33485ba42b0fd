import { isUtf8 } from 'node:buffer'

export type JsonObject = { readonly [member: string]: unknown }

/** Deeper than any claims set in use, shallow enough for every recursive reader after us. */
const DEEPEST = 32

const QUOTE = 0x22
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Reads a JSON object as RFC 7515 §4 and RFC 7519 §4 want it: well-formed UTF-8, an object at the top, no member
 * name twice at any level, at most 32 levels deep.
 *
 * @throws SyntaxError saying which of these does not hold
 */
export function parseStrictJson(bytes: Buffer): JsonObject {
  if (!isUtf8(bytes)) throw new SyntaxError('is not well-formed UTF-8')
  const text = bytes.toString('utf8')
  const membersWritten = countMembersWritten(text)

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
  if (countMembersKept(value) !== membersWritten) throw new SyntaxError('has a duplicate member')
  return value as JsonObject
}

/** Counts the colons outside strings, one for each member, and bounds the depth before any recursion. */
function countMembersWritten(text: string): number {
  let members = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case COLON:
        members++
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > DEEPEST) throw new SyntaxError(`is nested deeper than ${DEEPEST} levels`)
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
        break
    }
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

function countMembersKept(value: object): number {
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null) members += countMembersKept(item)
    return members
  }
  for (const name of Object.keys(value)) {
    members++
    const member = (value as JsonObject)[name]
    if (typeof member === 'object' && member !== null) members += countMembersKept(member)
  }
  return members
}
