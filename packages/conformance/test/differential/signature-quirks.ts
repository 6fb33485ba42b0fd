import type { TrustedKey } from './setting.ts'

/** Other bytes in the place of a signature. */
type SignatureQuirk = (signature: Buffer, key: TrustedKey) => Buffer

/** The orders of the groups that ECDSA works in (SEC 2 §2), as long as r and s are. */
const GROUP_ORDERS: Readonly<Record<string, string>> = {
  prime256v1: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  secp384r1:
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  secp521r1:
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
}

/** The order of the group of Ed25519, RFC 8032 §5.1. */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** Points of small order on edwards25519: as R of a signature they verify for careless verifiers. */
const SMALL_ORDER_POINTS = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
].map((point) => Buffer.from(point, 'hex'))

const smallOrderQuirks = SMALL_ORDER_POINTS.flatMap((point, at): [string, SignatureQuirk][] => [
  [`small order point ${at}, S zero`, () => Buffer.concat([point, Buffer.alloc(32)])],
  [`small order point ${at}`, (signature) => Buffer.concat([point, signature.subarray(32)])],
])

/** By name, so that a counterexample can be read. Each is tried on signatures of every kind. */
export const signatureQuirks: Readonly<Record<string, SignatureQuirk>> = {
  zeros: (signature) => Buffer.alloc(signature.length),
  ones: (signature) => Buffer.alloc(signature.length, 0xff),
  'the number 1': (signature) => bytesOf(1n, signature.length),
  'one byte less': (signature) => signature.subarray(0, -1),
  'the first byte missing': (signature) => signature.subarray(1),
  'half of it': (signature) => signature.subarray(0, signature.length / 2),
  'a zero behind': (signature) => Buffer.concat([signature, Buffer.alloc(1)]),
  'a zero before': (signature) => Buffer.concat([Buffer.alloc(1), signature]),
  'leading zeros missing': (signature) => signature.subarray(leadingZeros(signature)),
  twice: (signature) => Buffer.concat([signature, signature]),
  'first bit flipped': (signature) => withFlippedBit(signature, 0),
  'last bit flipped': (signature) => withFlippedBit(signature, signature.length - 1),
  backwards: (signature) => Buffer.from(signature).reverse(),
  DER: (signature) => derOf(...halvesOf(signature)),
  'halves swapped': (signature) => Buffer.concat(halvesOf(signature).reverse()),
  'r zero': (signature) => joined(0n, valueOf(halvesOf(signature)[1]), signature),
  's zero': (signature) => joined(valueOf(halvesOf(signature)[0]), 0n, signature),
  'r and s one': (signature) => joined(1n, 1n, signature),
  'r and s the order': (signature, key) => joined(orderOf(key), orderOf(key), signature),
  'the other s': (signature, key) => {
    const [r, s] = halvesOf(signature)
    return joined(valueOf(r), orderOf(key) - valueOf(s), signature)
  },
  's plus the order': (signature, key) => {
    const [r, s] = halvesOf(signature)
    return joined(valueOf(r), valueOf(s) + orderOf(key), signature)
  },
  'S plus the order of Ed25519': (signature) => {
    const S = valueOf(Buffer.from(signature.subarray(32)).reverse()) + ED25519_ORDER
    return Buffer.concat([signature.subarray(0, 32), bytesOf(S, 32).reverse()])
  },
  'plus the modulus': (signature, key) =>
    bytesOf(valueOf(signature) + modulusOf(key), signature.length),
  'minus one modulo the modulus': (signature, key) =>
    bytesOf(modulusOf(key) - 1n, signature.length),
  ...Object.fromEntries(smallOrderQuirks),
}

function halvesOf(signature: Buffer): [Buffer, Buffer] {
  const half = signature.length >> 1
  return [signature.subarray(0, half), signature.subarray(half)]
}

function joined(r: bigint, s: bigint, { length }: Buffer): Buffer {
  return Buffer.concat([bytesOf(r, length >> 1), bytesOf(s, length >> 1)])
}

/** What OpenSSL writes by itself for ECDSA, and RFC 7518 §3.4 does not want. */
function derOf(r: Buffer, s: Buffer): Buffer {
  const integers = [r, s].map((value) => {
    const digits = value.subarray(leadingZeros(value))
    const sign = (digits[0] ?? 0) > 127 || digits.length === 0 ? [0] : []
    return Buffer.from([2, digits.length + sign.length, ...sign, ...digits])
  })
  const body = Buffer.concat(integers)
  return Buffer.concat([
    Buffer.from(body.length > 127 ? [48, 129] : [48]),
    Buffer.of(body.length),
    body,
  ])
}

function leadingZeros(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? bytes.length : first
}

function withFlippedBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

function orderOf({ verifying }: TrustedKey): bigint {
  return BigInt(`0x${GROUP_ORDERS[verifying.asymmetricKeyDetails?.namedCurve ?? ''] ?? '1'}`)
}

function modulusOf({ verifying }: TrustedKey): bigint {
  const isRsa = verifying.asymmetricKeyType === 'rsa'
  return isRsa ? valueOf(Buffer.from(verifying.export({ format: 'jwk' }).n ?? '', 'base64url')) : 1n
}

function valueOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

/** A number as so many bytes; as more where it needs them. */
function bytesOf(value: bigint, size: number): Buffer {
  const digits = (value < 0n ? 0n : value).toString(16)
  return Buffer.from(digits.padStart(2 * Math.max(size, Math.ceil(digits.length / 2)), '0'), 'hex')
}
