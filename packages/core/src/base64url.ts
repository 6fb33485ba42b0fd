import { Buffer, isUtf8 } from 'node:buffer'

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

/** Room for the bytes of one text at a time: text that is read at once needs no Buffer of its own, which costs more. */
const scratch = Buffer.allocUnsafeSlow(16_384)

/**
 * As {@link decodeBase64url}, for bytes that are text.
 *
 * @returns undefined for any other spelling
 * @throws SyntaxError when the bytes are not well-formed UTF-8
 */
export function decodeBase64urlText(text: string): string | undefined {
  const room = text.length > scratch.length ? Buffer.allocUnsafe(text.length) : scratch
  const length = room.write(text, 'base64url')
  if (!isEncodingOf(length, text)) return undefined
  const decoded = room.toString('utf8', 0, length)
  // What is ill-formed was replaced by that character. It may also have been written.
  if (decoded.includes('\ufffd') && !isUtf8(room.subarray(0, length)))
    throw new SyntaxError('is not well-formed UTF-8')
  return decoded
}

/** Most texts are stored with a byte a character: of those, V8 knows the answer without looking at one. */
const BEYOND_LATIN_1 = /[^\x00-\xff]/

/** What encoding the bytes again and comparing would say, for a fourth of its time. */
function isEncodingOf(bytes: number, text: string): boolean {
  const { length } = text
  return (
    // Node skips what it cannot read, padding and white space included: the bytes are fewer then.
    length % 4 !== 1 &&
    bytes === Math.floor((length * 3) / 4) &&
    // Of a character beyond U+00FF it reads the low byte.
    !BEYOND_LATIN_1.test(text) &&
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
