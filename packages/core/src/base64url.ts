import { Buffer } from 'node:buffer'

/**
 * Decodes base64url, strictly: of all the texts that Node would decode to the same bytes, with padding, white space,
 * the other alphabet or stray bits at the end, only the one that encoding them gives (RFC 4648 §3.5). Else one token
 * would have many spellings.
 *
 * @returns undefined for any other text
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return isEncodingOf(bytes.length, text) ? bytes : undefined
}

/** What encoding the bytes again and comparing would say, for a fourth of its time. */
function isEncodingOf(bytes: number, text: string): boolean {
  const { length } = text
  return (
    // Node skips what it cannot read, padding and white space included: the bytes are fewer then.
    length % 4 !== 1 &&
    bytes === Math.floor((length * 3) / 4) &&
    // Of a character beyond U+00FF it reads the low byte.
    Buffer.byteLength(text) === length &&
    !text.includes('+') &&
    !text.includes('/') &&
    LAST_CHARACTERS[length % 4]!.includes(text.charAt(length - 1))
  )
}

/** What a text may end in, by how many characters are left over from the fours: no bit set beyond the last byte. */
const LAST_CHARACTERS = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  '',
  'AQgw',
  'AEIMQUYcgkosw048',
]
