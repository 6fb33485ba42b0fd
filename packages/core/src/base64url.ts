/**
 * The characters that may end a segment whose last character carries unused bits. RFC 4648 §3.5 lets a decoder
 * refuse non-zero unused bits; we must, or one token has up to sixteen spellings.
 */
const LAST_OF_TWO = new Set('AQgw')
const LAST_OF_THREE = new Set('AEIMQUYcgkosw048')

/** True when `segment`, known to be of the base64url alphabet, is the one spelling of what it encodes. */
export function isCanonicalBase64url(segment: string): boolean {
  const last = segment.charAt(segment.length - 1)
  switch (segment.length % 4) {
    case 0:
      return true
    case 2:
      return LAST_OF_TWO.has(last)
    case 3:
      return LAST_OF_THREE.has(last)
    default:
      return false
  }
}
