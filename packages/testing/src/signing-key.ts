import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'
import type { Algorithm, HmacAlgorithm } from '@gatewarden/core'

/** What one key of a test authority consists of. */
interface KeyMaterial {
  /** The two halves of an asymmetric key. */
  readonly pair?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  /** The shared secret of an HMAC algorithm, as long as its hash. */
  readonly secret?: Buffer
}

/** A key that exists already, in place of one made at run time. */
export interface GivenKey {
  /** Default: a new UUID. */
  readonly kid?: string | undefined
  /** PEM or `KeyObject`, for all but HMAC algorithms. */
  readonly privateKey?: KeyObject | string | undefined
  /** For HMAC algorithms. Text stands for its UTF-8 bytes. */
  readonly secret?: string | Uint8Array | undefined
}

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const

/** One key with a unique `kid`. The key itself is made at its first use: RSA keys take a while. */
export class SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  #material: KeyMaterial | undefined

  /** @throws TypeError for a given key of the other kind than the algorithm's */
  constructor(algorithm: Algorithm, given: GivenKey = {}) {
    this.kid = given.kid ?? randomUUID()
    this.algorithm = algorithm
    this.#material = materialOf(algorithm, given)
  }

  get publicKey(): KeyObject {
    return this.#pair.publicKey
  }

  get privateKey(): KeyObject {
    return this.#pair.privateKey
  }

  get secret(): Buffer {
    const { secret } = this.#made()
    if (secret === undefined)
      throw new TypeError(`${this.algorithm} has a public key, and no shared secret`)
    return secret
  }

  /** Signs text as the key's own algorithm wants it, whatever a header in the text says. */
  sign(text: string): Buffer {
    const { pair, secret } = this.#made()
    return pair === undefined
      ? hmac(this.algorithm as HmacAlgorithm, secret!, text)
      : signWithPrivateKey(this.algorithm, pair.privateKey, text)
  }

  get #pair(): NonNullable<KeyMaterial['pair']> {
    const { pair } = this.#made()
    if (pair === undefined)
      throw new TypeError(`${this.algorithm} has a shared secret, and no pair of keys`)
    return pair
  }

  #made(): KeyMaterial {
    return (this.#material ??= makeKey(this.algorithm))
  }
}

export function isHmac(algorithm: Algorithm): algorithm is HmacAlgorithm {
  return algorithm.startsWith('HS')
}

/** The MAC of RFC 7518 §3.2, with a secret of any length: attacks use short and empty ones. */
export function hmac(algorithm: HmacAlgorithm, secret: string | Uint8Array, text: string): Buffer {
  return createHmac(digestOf(algorithm), secret).update(text).digest()
}

/** RFC 7518 §3.3 to §3.5, RFC 8037 §3.1. */
export function signWithPrivateKey(algorithm: Algorithm, key: KeyObject, text: string): Buffer {
  const bytes = Buffer.from(text)
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return sign(digestOf(algorithm), bytes, key)
    case 'PS':
      return sign(digestOf(algorithm), bytes, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      })
    case 'ES':
      return sign(digestOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' })
    default:
      return sign(null, bytes, key)
  }
}

function materialOf(
  algorithm: Algorithm,
  { privateKey: given, secret }: GivenKey,
): KeyMaterial | undefined {
  if (given === undefined && secret === undefined) return undefined
  if (isHmac(algorithm)) {
    if (secret === undefined) throw new TypeError(`${algorithm} needs a secret, not a private key`)
    return { secret: Buffer.from(secret) }
  }
  if (given === undefined) throw new TypeError(`${algorithm} needs a private key, not a secret`)
  const privateKey = typeof given === 'string' ? createPrivateKey(given) : given
  return { pair: { privateKey, publicKey: createPublicKey(privateKey) } }
}

function makeKey(algorithm: Algorithm): KeyMaterial {
  switch (algorithm) {
    case 'HS256':
    case 'HS384':
    case 'HS512':
      return { secret: randomBytes(Number(algorithm.slice(2)) / 8) }
    case 'ES256':
    case 'ES384':
    case 'ES512':
      return { pair: generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] }) }
    case 'EdDSA':
    case 'Ed25519':
      return { pair: generateKeyPairSync('ed25519') }
    default:
      return { pair: generateKeyPairSync('rsa', { modulusLength: 2048 }) }
  }
}

function digestOf(algorithm: Algorithm): string {
  return `sha${algorithm.slice(2)}`
}
