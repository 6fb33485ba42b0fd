import { hash, randomBytes } from 'node:crypto'
import { ALL_TOKENS } from '../stores/revocation-log.ts'

/** What a revocation may name, in the order of their numbers, from 1. The numbers are in logs: append, never reorder. */
export const KINDS = [
  'tokenId',
  'sessionId',
  'subject',
  'clientId',
  'tenant',
  'keyId',
  'everything',
] as const
export type Kind = (typeof KINDS)[number]

/** The bits of the last word that say the kind, which therefore needs no place of its own in a table. */
export const KIND_BITS = 7

const SEED = new Int32Array(new Uint8Array(randomBytes(16)).buffer)
const [SEED_A = 0, SEED_B = 0, SEED_C = 0, SEED_D = 0] = SEED
const FACTOR_A = SEED_C | 1
const FACTOR_B = SEED_D | 1

/**
 * Stands for one identifier of one issuer: 125 bits of a hash, and its kind. Nobody can tell from it whom it names without
 * guessing, and nobody can make two identifiers that share one.
 */
export class Fingerprint {
  // 32-bit integers with a sign, which V8 keeps without boxing them.
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  /** Where tables of this process look for it. */
  readonly place: number
  #key: string | undefined

  constructor(a: number, b: number, c: number, d: number) {
    this.a = firstWord(a)
    this.b = b
    this.c = c
    this.d = d
    this.place = placeOf(this.a, b)
  }

  /**
   * As a log knows what revokes all tokens, or those up to a moment: two entries, because a log that keeps the later terms of
   * both would make of an old block and a new logout a new block.
   */
  keyFor(issuedUpTo: number): string {
    return issuedUpTo === ALL_TOKENS ? this.key : this.keyUpTo
  }

  /** 24 characters of base64url, of the sixteen bytes, the kind, and one byte that is 0. */
  get key(): string {
    if (this.#key !== undefined) return this.#key
    const bytes = Buffer.alloc(18)
    bytes.writeInt32BE(this.a, 0)
    bytes.writeInt32BE(this.b, 4)
    bytes.writeInt32BE(this.c, 8)
    bytes.writeInt32BE(this.d, 12)
    bytes[16] = this.d & KIND_BITS
    this.#key = bytes.toString('base64url')
    return this.#key
  }

  /** The same with a last byte of 1. */
  get keyUpTo(): string {
    return `${this.key.slice(0, -1)}B`
  }
}

/** @param id an empty text for `everything` */
export function fingerprintOf(kind: Kind, issuer: string, id: string): Fingerprint {
  const number = KINDS.indexOf(kind) + 1
  const digest = hash('sha256', preimage(number, issuer, id), 'binary')
  return new Fingerprint(
    wordAt(digest, 0),
    wordAt(digest, 4),
    wordAt(digest, 8),
    (wordAt(digest, 12) & ~KIND_BITS) | number,
  )
}

/**
 * No two of kind, issuer and identifier have one text: lengths come first, and where UTF-8 would put U+FFFD for half of a
 * surrogate pair, the text is written as JSON escapes it.
 */
function preimage(kind: number, issuer: string, id: string): string {
  const text = `${kind}:${issuer.length}:${issuer}${id}`
  // The parts, since two halves may make a pair where they meet.
  return isIllFormed(issuer) || isIllFormed(id) ? `${kind}~${JSON.stringify([issuer, id])}` : text
}

function isIllFormed(text: string): boolean {
  return /\p{Surrogate}/u.test(text)
}

function wordAt(digest: string, at: number): number {
  return (
    (digest.charCodeAt(at) << 24) |
    (digest.charCodeAt(at + 1) << 16) |
    (digest.charCodeAt(at + 2) << 8) |
    digest.charCodeAt(at + 3)
  )
}

/** Never 0, which in a table says that a slot is empty. */
export function firstWord(a: number): number {
  return a === 0 ? 1 : a
}

/**
 * 32 bits that depend on 64 of the fingerprint, and on what only this process knows: whoever can choose identifiers cannot
 * choose many that meet in one place.
 */
export function placeOf(a: number, b: number): number {
  let place = Math.imul(a ^ SEED_A, FACTOR_A)
  place = Math.imul(place ^ (place >>> 15) ^ b ^ SEED_B, 0x85ebca6b)
  place = Math.imul(place ^ (place >>> 13), FACTOR_B)
  place = Math.imul(place ^ (place >>> 16), 0xc2b2ae35)
  return place ^ (place >>> 16)
}
