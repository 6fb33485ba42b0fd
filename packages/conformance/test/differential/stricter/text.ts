import { bare } from '../reading.ts'
import type { Strictness } from '../strictness.ts'

/** One token has one spelling, and one reading. */
export const strictText: readonly Strictness[] = [
  {
    id: 'too-large',
    title: 'A token longer than `maxTokenSize`',
    why: 'Whoever sends it makes the server decode and read all of it before a signature is looked at (RFC 8725 §2.8 has the same thought about compression).',
    code: 'ERR_TOKEN_TOO_LARGE',
    reason: /characters; maxTokenSize allows/,
    recognises: ({ token }, { expected }) => token.length > expected.maxTokenSize,
    example: { payloadJson: 'long enough for any limit' },
  },
  {
    id: 'padding',
    title: 'Padding (`=`) in a segment',
    why: 'RFC 7515 §2 defines base64url with all trailing = omitted. With them, one token has many spellings, and a list of refused tokens knows one.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /is not canonical base64url/,
    recognises: ({ segments }) => segments.some((segment) => segment.includes('=')),
    example: { signatureSpelling: 'padding' },
  },
  {
    id: 'white-space',
    title: 'White space in a segment',
    why: 'RFC 7515 §2: no line breaks, white space or other characters. It is another spelling of the same token, too.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /is not canonical base64url/,
    recognises: ({ segments }) => segments.some((segment) => /[\t\n\f\r ]/.test(segment)),
    example: { signatureSpelling: 'a line feed within' },
  },
  {
    id: 'spare-bits',
    title: 'Spare bits at the end of a segment that are not zero',
    why: 'RFC 4648 §3.5: the last character of a segment can have bits that say nothing. Up to sixteen characters decode to the same signature, so up to sixteen texts are one token.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /is not canonical base64url/,
    recognises: ({ segments }) => segments.map(bare).some(hasSpareBits),
    example: { signatureSpelling: 'the lowest spare bit' },
  },
  {
    id: 'byte-order-mark',
    title: 'A byte order mark before the header or the claims',
    why: 'RFC 8259 §8.1 forbids it, and lets parsers differ over it.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /is not JSON/,
    recognises: ({ json }) => json.some(({ hasByteOrderMark }) => hasByteOrderMark),
    example: { payloadJson: 'a byte order mark' },
  },
  {
    id: 'duplicate-member',
    title: 'A member named twice, at any level of the header or the claims',
    why: 'RFC 7515 §4 and RFC 7519 §4 let a reader refuse it or take the last. Where a gateway takes the first and the API the last, one of them has judged another token.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /has a duplicate member/,
    recognises: ({ json }) => json.some(({ hasDuplicateMember }) => hasDuplicateMember),
    example: { payloadJson: 'a member twice, one level down' },
  },
  {
    id: 'deep-json',
    title: 'More than 32 levels of objects and lists',
    why: 'Whatever walks through the claims after the guard (a schema, a logger, a serializer) is likely to be recursive, and ends the process or the request when the stack is used up.',
    code: 'ERR_TOKEN_MALFORMED',
    reason: /is nested deeper than 32 levels/,
    recognises: ({ json }) => json.some(({ depth }) => depth > 32),
    example: { payloadJson: 'lists, 33 levels' },
  },
]

function hasSpareBits(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') !== segment
}
