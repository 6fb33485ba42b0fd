import { createPublicKey, KeyObject, X509Certificate } from 'node:crypto'
import { type AsymmetricAlgorithm, asymmetricAlgorithms, isAlgorithm } from '../algorithms.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { isRecord } from '../is-record.ts'
import { fitsFamily, KeyRecord } from './key-record.ts'
import { weaknessOfKey } from './key-strength.ts'

/** A JSON Web Key, RFC 7517 §4. Spelled out, because the types of Node had one and have it no more. */
export interface Jwk {
  kty?: string
  kid?: string
  alg?: string
  use?: string
  key_ops?: string[]
  /** RFC 7518 §6.3: the modulus and the exponent of an RSA key. */
  n?: string
  e?: string
  /** RFC 7518 §6.2, RFC 8037 §2: the curve and the point of the others. */
  crv?: string
  x?: string
  y?: string
  readonly [member: string]: unknown
}

/** A public key: PEM (SPKI, PKCS#1 or an X.509 certificate), JWK, or `KeyObject`. */
export type PublicKeyInput = string | Jwk | KeyObject

/**
 * Loads one configured public key and binds it to one algorithm.
 *
 * @throws ConfigError when it is no public key, too weak, or could mean several algorithms
 */
export function importPublicKey(
  input: PublicKeyInput,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
  option: string,
): KeyRecord {
  const key = toPublicKey(input, option)
  const { kid, alg } = isJwk(input) ? input : {}
  const weakness = weaknessOfKey(key)
  if (weakness !== undefined) throw new ConfigError(option, `this key is too weak: ${weakness}`)

  const algorithms = bindAlgorithms(key, alg, allowed ?? asymmetricAlgorithms)
  if (algorithms.length === 0) throw new ConfigError(option, describeMisfit(key, alg, allowed))
  // One key, one algorithm (RFC 8725 §3.1). Where the list leaves a choice, the operator makes it, not the token.
  const choices = allowed?.filter((algorithm) => fitsFamily(algorithm, key)) ?? []
  if (alg === undefined && key.asymmetricKeyType === 'rsa' && choices.length > 1) {
    throw new ConfigError(
      option,
      `this RSA key could verify ${choices.join(', ')}; one key serves one algorithm: name only that one in algorithms, ` +
        `or give the key as a JWK with its "alg"`,
    )
  }
  return new KeyRecord(key, algorithms, kid, kid === undefined)
}

/**
 * The algorithms a key may verify: the one it names, or else the first in the allow-list that fits its type.
 * `EdDSA` and `Ed25519` are two names of one algorithm (RFC 9864 §2.2), so a key that names none has both.
 */
export function bindAlgorithms(
  key: KeyObject,
  named: string | undefined,
  allowed: readonly AsymmetricAlgorithm[],
): readonly AsymmetricAlgorithm[] {
  const fitting = allowed.filter((algorithm) => fitsFamily(algorithm, key))
  if (named !== undefined) return fitting.filter((algorithm) => algorithm === named)
  return key.asymmetricKeyType === 'ed25519' ? fitting : fitting.slice(0, 1)
}

function toPublicKey(input: PublicKeyInput, option: string): KeyObject {
  if (input instanceof KeyObject) {
    if (input.type === 'public') return input
    throw new ConfigError(option, `expected a public key, got a ${input.type} KeyObject`)
  }
  if (typeof input === 'string' && input !== '') return fromPem(input, option)
  if (isJwk(input)) return fromJwk(input, option)
  throw new ConfigError(
    option,
    `expected a PEM text, a JWK or a KeyObject, ${describeGiven(input)}`,
  )
}

function fromPem(pem: string, option: string): KeyObject {
  // createPublicKey() would quietly derive the public half of a private key. Whoever verifies should not hold it.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new ConfigError(option, 'this PEM is a private key; give the guard the public key only')
  }
  try {
    return pem.includes('-----BEGIN CERTIFICATE-----')
      ? new X509Certificate(pem).publicKey
      : createPublicKey(pem)
  } catch {
    // OpenSSL's message can quote the input: leave it out.
    const hint = pem.includes('\\n')
      ? '; it holds the two characters \\n where line breaks belong'
      : ''
    throw new ConfigError(option, `this text is no public key in PEM (SPKI or X.509)${hint}`)
  }
}

function fromJwk(jwk: Jwk, option: string): KeyObject {
  if (jwk.kty === 'oct')
    throw new ConfigError(option, 'this JWK is a shared secret ("kty": "oct"); give it as secret')
  if (jwk.kid !== undefined && typeof jwk.kid !== 'string') {
    throw new ConfigError(option, `the kid of this JWK must be a text, ${describeGiven(jwk.kid)}`)
  }
  if (hasPrivateMembers(jwk))
    throw new ConfigError(
      option,
      'this JWK is a private key (it has "d", "p" or the like); leave the private members out',
    )
  if (!servesSignatures(jwk)) {
    throw new ConfigError(
      option,
      'this JWK is not for signatures: its "use" or "key_ops" say otherwise',
    )
  }
  if (jwk.alg !== undefined && !isAlgorithm(jwk.alg)) {
    throw new ConfigError(
      option,
      `this JWK is for ${describeGiven(jwk.alg).slice('got '.length)}, which is no signature algorithm`,
    )
  }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    throw new ConfigError(option, 'this JWK is no public key that OpenSSL can read')
  }
}

/** RFC 7518 §6.2.2 and §6.3.2: the members that only a private key has. The primes alone are the whole key. */
export function hasPrivateMembers(jwk: object): boolean {
  return ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((member) => member in jwk)
}

/** RFC 7517 §4.2 and §4.3: a key that says what it is for must say signatures. */
export function servesSignatures({
  use,
  key_ops: operations,
}: {
  use?: unknown
  key_ops?: unknown
}): boolean {
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

function describeMisfit(
  key: KeyObject,
  alg: string | undefined,
  allowed: readonly string[] | undefined,
): string {
  const curve = key.asymmetricKeyDetails?.namedCurve
  const kind = `${key.asymmetricKeyType}${curve === undefined ? '' : ` (${curve})`}`
  const named = alg === undefined ? '' : ` that names ${alg}`
  return `a key of type ${kind}${named} fits none of ${(allowed ?? asymmetricAlgorithms).join(', ')}`
}

function isJwk(input: unknown): input is Jwk {
  return isRecord(input) && !(input instanceof KeyObject) && typeof input.kty === 'string'
}
