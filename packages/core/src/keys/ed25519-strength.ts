import type { KeyObject } from 'node:crypto'

/**
 * The y coordinates, little-endian, of the points of small order on edwards25519 (RFC 8032 §5.1), and the two
 * spellings beyond the field's prime. With one of them as public key, anybody can write a signature that verifies.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** Says why an Ed25519 key is no key, or nothing when it is sound. */
export function weaknessOfEd25519Key(key: KeyObject): string | undefined {
  const point = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
  // The highest bit is the sign of x: both signs are as bad.
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31)
  return SMALL_ORDER.has(point.toString('hex'))
    ? 'it is a point of small order, for which anybody can sign'
    : undefined
}
