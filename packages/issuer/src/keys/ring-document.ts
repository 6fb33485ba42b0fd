import { createPrivateKey } from 'node:crypto'
import type { AsymmetricAlgorithm, Jwk } from '@gatewarden/core'
import { fitsFamily, isRecord, parseStrictJson } from '@gatewarden/core/kit'
import { LocalSigner } from './local-signer.ts'
import { isSigningAlgorithm } from './signing-algorithm.ts'

/** The times of a key, in seconds since the epoch. */
export interface KeyTimes {
  readonly kid: string
  readonly algorithm: AsymmetricAlgorithm
  /** Since when it is published. */
  readonly createdAt: number
  /** From when on it signs, unless another one does. */
  readonly activeFrom: number
}

export interface RingKey extends KeyTimes {
  readonly signer: LocalSigner
  readonly revokedAt?: undefined
}

/** A key that was taken back. Its name is kept for as long as a token of it could live; the key itself is gone. */
export interface RevokedKey extends KeyTimes {
  readonly revokedAt: number
}

/** All signing keys of an issuer. */
export interface RingDocument {
  /** Counts the changes, from 1: of two documents, the one with the lower number is the older one. */
  readonly counter: number
  /** In the order in which they were made. */
  readonly keys: readonly RingKey[]
  readonly revoked: readonly RevokedKey[]
}

export const emptyRing: RingDocument = { counter: 0, keys: [], revoked: [] }

const VERSION = 1

/** Writes a document as the text that is sealed. */
export function writeRing({ counter, keys, revoked }: RingDocument): string {
  return JSON.stringify({
    version: VERSION,
    counter,
    keys: keys.map(({ signer, ...times }) => ({
      ...timesOf(times),
      privateJwk: signer.exportPrivateJwk(),
    })),
    revoked: revoked.map((key) => ({ ...timesOf(key), revokedAt: key.revokedAt })),
  })
}

/**
 * Reads what {@link writeRing} wrote. It was authenticated, so whatever is wrong with it is a mistake of ours or the work
 * of a later version: it is refused as a whole.
 *
 * @throws TypeError saying what is wrong, and quoting nothing: there are private keys in it
 */
export function readRing(text: string): RingDocument {
  const { version, counter, keys, revoked } = parse(text)
  if (version !== VERSION)
    throw new TypeError(
      'it was written by another version of this package, a later one most likely',
    )
  if (!isTime(counter) || !Array.isArray(keys) || !Array.isArray(revoked)) throw malformed()
  const ring = { counter, keys: keys.map(readKey), revoked: revoked.map(readRevoked) }
  const kids = [...ring.keys, ...ring.revoked].map(({ kid }) => kid)
  if (new Set(kids).size < kids.length) throw new TypeError('it has a key twice')
  return ring
}

function parse(text: string) {
  try {
    return parseStrictJson(text)
  } catch {
    throw malformed()
  }
}

function readKey(value: unknown): RingKey {
  const times = readTimes(value)
  const signer = readSigner(times.algorithm, (value as Record<string, unknown>).privateJwk)
  // Verifiers keep what they know by this name: it must mean this key and no other.
  if (signer.kid !== times.kid) throw new TypeError('it has a key under another name than its own')
  return { ...times, signer }
}

function readSigner(algorithm: AsymmetricAlgorithm, jwk: unknown): LocalSigner {
  let key
  try {
    key = createPrivateKey({ key: jwk as Jwk, format: 'jwk' })
  } catch {
    throw new TypeError('it has a key that OpenSSL cannot read')
  }
  if (!fitsFamily(algorithm, key)) throw new TypeError('it has a key of another algorithm')
  return new LocalSigner(algorithm, key)
}

function readRevoked(value: unknown): RevokedKey {
  const { revokedAt } = Object(value) as Record<string, unknown>
  if (!isTime(revokedAt)) throw malformed()
  return { ...readTimes(value), revokedAt }
}

function readTimes(value: unknown): KeyTimes {
  if (!isRecord(value)) throw malformed()
  const { kid, algorithm, createdAt, activeFrom } = value
  const isSound =
    typeof kid === 'string' &&
    isSigningAlgorithm(algorithm) &&
    isTime(createdAt) &&
    isTime(activeFrom)
  if (!isSound) throw malformed()
  return { kid, algorithm, createdAt, activeFrom }
}

function timesOf({ kid, algorithm, createdAt, activeFrom }: KeyTimes): KeyTimes {
  return { kid, algorithm, createdAt, activeFrom }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function malformed(): TypeError {
  return new TypeError('it does not have the form of a key ring')
}
