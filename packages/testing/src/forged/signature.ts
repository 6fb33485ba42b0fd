import { signingInput } from '../compact-jws.ts'
import { bigIntOf, bytesOf } from './big-integers.ts'
import { der, derInteger, SEQUENCE } from './der.ts'
import { type Forge, type ForgedRow, publishedJwk, segmentsOf } from './forge.ts'
import { groupOrder } from './group-orders.ts'

/** The order of Ed25519's group, RFC 8032 §5.1. */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

type SignatureRow = readonly [id: string, name: string, token: string]

/** Signatures that were not made by the issuer over what stands before them. */
export function forgedSignatures(forge: Forge): ForgedRow[] {
  const { victim, header, claims, roguelySigned } = forge
  const token = victim.genuine()
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
  switch (forge.victim.algorithm.slice(0, 2)) {
    case 'ES':
      return ecdsaRows(forge, token, signature)
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
function ecdsaRows({ victim }: Forge, token: string, signature: Buffer): SignatureRow[] {
  const order = groupOrder(victim.algorithm)
  const size = order.length
  const one = bytesOf(1n, size)
  const zero = bytesOf(0n, size)
  const numbers = [signature.subarray(0, size), signature.subarray(size)].map(derInteger)
  const inDer = der(SEQUENCE, ...numbers)
  return [
    ['psychic-one', 'r = s = 1', withSignature(token, join(one, one))],
    ['psychic-order', "r and s the group's order", withSignature(token, join(order, order))],
    ['psychic-s-zero', 's = 0', withSignature(token, join(one, zero))],
    ['psychic-r-zero', 'r = 0', withSignature(token, join(zero, one))],
    ['ecdsa-der', 'a right signature in DER', withSignature(token, inDer)],
  ]
}

function rsaRows({ victim }: Forge, token: string, signature: Buffer): SignatureRow[] {
  const size = signature.length
  const one: SignatureRow = ['rsa-one', 'the number 1', withSignature(token, bytesOf(1n, size))]
  const { n } = publishedJwk(victim)
  if (n === undefined) return [one]
  const modulus = bigIntOf(Buffer.from(n, 'base64url'))
  const sum = bytesOf(bigIntOf(signature) + modulus, size)
  return [
    ['rsa-plus-modulus', 'the signature plus the modulus', withSignature(token, sum)],
    one,
    ['rsa-minus-one', 'the number −1', withSignature(token, bytesOf(modulus - 1n, size))],
  ]
}

/** RFC 8032 §5.1.7 wants S below the group's order; S plus the order solves the equation, too. */
function ed25519Rows(token: string, signature: Buffer): SignatureRow[] {
  const littleEndian = Buffer.from(signature.subarray(32))
  const sum = bytesOf(bigIntOf(littleEndian.reverse()) + ED25519_ORDER, 32)
  const other = join(signature.subarray(0, 32), sum.reverse())
  return [['ed25519-plus-order', "S plus the group's order", withSignature(token, other)]]
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
