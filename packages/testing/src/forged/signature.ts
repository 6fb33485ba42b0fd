import { sign } from 'node:crypto'
import { signingInput } from '../compact-jws.ts'
import { type Forge, type ForgedRow, publishedJwk, segmentsOf } from './forge.ts'

/** The orders of the groups (SEC 2): as r and s they are zero in disguise. */
const GROUP_ORDERS: Readonly<Record<string, string>> = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384:
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ES512:
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
}

/** The order of Ed25519's group, RFC 8032 §5.1. */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

type SignatureRow = readonly [id: string, name: string, token: string]

/** Signatures that were not made by the authority over what stands before them. */
export function forgedSignatures(forge: Forge): ForgedRow[] {
  const { header, claims, signed, roguelySigned } = forge
  const token = signed(header(), claims())
  const [, , signatureSegment] = segmentsOf(token)
  const signature = Buffer.from(signatureSegment, 'base64url')
  const by = (bytes: Uint8Array) => withSignature(token, bytes)
  const moved = (text: string) => `${text}.${signatureSegment}`

  const rows: SignatureRow[] = [
    ['foreign-key', "a key of the attacker's under the right kid", roguelySigned(header())],
    ['payload-changed', 'another subject', moved(signingInput(header(), claims({ sub: 'root' })))],
    ['header-changed', 'another header', moved(signingInput(header({ typ: 'at+jwt' }), claims()))],
    ['signature-swapped', "another token's signature", moved(signingInput(header(), claims()))],
    ['signature-zero', 'a signature of zeros', by(signature.map(() => 0))],
    ['signature-truncated', 'a signature short of one byte', by(signature.subarray(0, -1))],
    ['signature-one-byte', 'a signature of one byte', by(signature.subarray(0, 1))],
    ['signature-extended', 'a signature with a byte more', by(join(signature, Buffer.alloc(1)))],
    ['signature-zero-before', 'a zero before the signature', by(join(Buffer.alloc(1), signature))],
    ['signature-twice', 'the signature twice', by(join(signature, signature))],
    ['signature-first-bit', 'the first bit changed', by(withFlippedBit(signature, 0))],
    ['signature-last-bit', 'a last bit changed', by(withFlippedBit(signature, -1))],
    ['signature-long', 'a signature of 9,000 bytes', by(join(signature, Buffer.alloc(9_000)))],
    ...rowsOfTheKeyType(forge, token, signature),
  ]
  return rows.map(([id, name, forged]) => [id, name, 'ERR_SIGNATURE_INVALID', forged])
}

function rowsOfTheKeyType(forge: Forge, token: string, signature: Buffer): SignatureRow[] {
  switch (forge.authority.algorithm.slice(0, 2)) {
    case 'ES':
      return ecdsaRows(forge, token, signature.length / 2)
    case 'RS':
    case 'PS':
      return rsaRows(forge, token, signature)
    case 'Ed':
      return ed25519Rows(token, signature)
    default:
      return []
  }
}

/** CVE-2022-21449: with r = s = 0 every message was signed, by every key. */
function ecdsaRows({ authority }: Forge, token: string, size: number): SignatureRow[] {
  const order = Buffer.from(GROUP_ORDERS[authority.algorithm] ?? '', 'hex')
  const one = Buffer.concat([Buffer.alloc(size - 1), Buffer.of(1)])
  const zero = Buffer.alloc(size)
  const text = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const der = sign(`sha${authority.algorithm.slice(2)}`, text, authority.privateKey)
  return [
    ['psychic-one', 'r = s = 1', withSignature(token, join(one, one))],
    ['psychic-order', "r and s the group's order", withSignature(token, join(order, order))],
    ['psychic-s-zero', 's = 0', withSignature(token, join(one, zero))],
    ['psychic-r-zero', 'r = 0', withSignature(token, join(zero, one))],
    ['ecdsa-der', 'a right signature in DER', withSignature(token, der)],
  ]
}

function rsaRows({ authority }: Forge, token: string, signature: Buffer): SignatureRow[] {
  const modulus = BigInt(`0x${hexOf(publishedJwk(authority).n ?? '')}`)
  const size = signature.length
  const sum = (BigInt(`0x${signature.toString('hex')}`) + modulus).toString(16)
  const padded = Buffer.from(sum.padStart(2 * (sum.length > 2 * size ? size + 1 : size), '0'), 'hex')
  const minusOne = Buffer.from((modulus - 1n).toString(16).padStart(2 * size, '0'), 'hex')
  const one = Buffer.concat([Buffer.alloc(size - 1), Buffer.of(1)])
  return [
    ['rsa-plus-modulus', 'the signature plus the modulus', withSignature(token, padded)],
    ['rsa-one', 'the number 1', withSignature(token, one)],
    ['rsa-minus-one', 'the number −1', withSignature(token, minusOne)],
  ]
}

/** RFC 8032 §5.1.7 wants S below the group's order; S plus the order solves the equation, too. */
function ed25519Rows(token: string, signature: Buffer): SignatureRow[] {
  const bigEndian = Buffer.from(signature.subarray(32)).reverse().toString('hex')
  const sum = (BigInt(`0x${bigEndian}`) + ED25519_ORDER).toString(16).padStart(64, '0')
  const malleated = join(signature.subarray(0, 32), Buffer.from(sum, 'hex').reverse())
  return [['ed25519-plus-order', "S plus the group's order", withSignature(token, malleated)]]
}

function withSignature(token: string, signature: Uint8Array): string {
  const text = token.slice(0, token.lastIndexOf('.'))
  return `${text}.${Buffer.from(signature).toString('base64url')}`
}

function withFlippedBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  const index = at < 0 ? changed.length + at : at
  changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
  return changed
}

function join(first: Uint8Array, second: Uint8Array): Buffer {
  return Buffer.concat([first, second])
}

function hexOf(text: string): string {
  return Buffer.from(text, 'base64url').toString('hex')
}
