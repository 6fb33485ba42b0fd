import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  KeyObject,
  X509Certificate,
} from 'node:crypto'
import { factsOf, type HmacAlgorithm } from '../algorithms.ts'
import { ConfigError, describeGiven } from '../config-error.ts'
import { isRecord } from '../is-record.ts'
import type { Jwk } from './import-public-key.ts'
import { KeyRecord } from './key-record.ts'
import { isKnownSecret } from './known-secrets.ts'

/** A shared HMAC secret: text (its UTF-8 bytes), bytes, a JWK of type `oct`, or a secret `KeyObject`. */
export type SecretInput = string | Uint8Array | Jwk | KeyObject

/** A random secret of 32 bytes has about 30 different ones; the same in hexadecimal 13 to 16. */
const FEWEST_DIFFERENT_BYTES = 8

const HOW_TO_MAKE_ONE = `node -e "console.log(require('crypto').randomBytes(64).toString('base64url'))"`

/**
 * Loads one configured secret and binds it to one algorithm.
 *
 * @throws ConfigError when the secret is a key of another kind, published, too short or predictable
 */
export function importSecret(
  input: SecretInput,
  algorithm: HmacAlgorithm,
  option: string,
): KeyRecord {
  const bytes = toBytes(input, option)
  const { kid, alg } = isOctJwk(input) ? input : {}
  if (alg !== undefined && alg !== algorithm) {
    throw new ConfigError(option, `this JWK is for ${alg}, but algorithms allows ${algorithm}`)
  }
  refuseWeakSecret(bytes, algorithm, option)
  return new KeyRecord(createSecretKey(bytes), [algorithm], kid, kid === undefined)
}

function toBytes(input: SecretInput, option: string): Buffer {
  if (typeof input === 'string' && input !== '') return Buffer.from(input, 'utf8')
  if (input instanceof Uint8Array && input.length > 0) return Buffer.from(input)
  if (input instanceof KeyObject) {
    if (input.type === 'secret') return input.export()
    throw new ConfigError(
      option,
      `expected a shared secret, got a ${input.type} key; verify with publicKey instead`,
    )
  }
  if (isOctJwk(input)) return Buffer.from(input.k, 'base64url')
  throw new ConfigError(
    option,
    `expected a text, bytes, a JWK of type "oct" or a secret KeyObject, ${describeSecret(input)}`,
  )
}

function refuseWeakSecret(bytes: Buffer, algorithm: HmacAlgorithm, option: string): void {
  if (isKeyMaterial(bytes)) {
    // A public key as HMAC secret is the RS256-to-HS256 confusion built in: everyone can sign.
    throw new ConfigError(
      option,
      'this is a public or private key, not a shared secret; verify with publicKey instead',
    )
  }
  if (isKnownSecret(bytes)) {
    throw new ConfigError(
      option,
      `this secret is published in tutorials and word lists; make one with: ${HOW_TO_MAKE_ONE}`,
    )
  }
  // RFC 7518 §3.2: "A key of the same size as the hash output or larger MUST be used".
  const fewestBytes = factsOf(algorithm).signatureBytes ?? 0
  if (bytes.length < fewestBytes) {
    throw new ConfigError(
      option,
      `${algorithm} needs a secret of at least ${fewestBytes} bytes, got ${bytes.length}; make one with: ${HOW_TO_MAKE_ONE}`,
    )
  }
  if (new Set(bytes).size < FEWEST_DIFFERENT_BYTES) {
    throw new ConfigError(
      option,
      `this secret repeats itself and can be guessed; make one with: ${HOW_TO_MAKE_ONE}`,
    )
  }
}

/**
 * Decides by trying to read a key, not by a pattern: a pattern on the text was got round three times in one library
 * (CVE-2023-48223, CVE-2026-34950, GHSA-ww5h-9m49-7xx4).
 */
function isKeyMaterial(bytes: Buffer): boolean {
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim()
  const attempts = [
    () => createPublicKey(text),
    () => createPublicKey(text.replaceAll('\\n', '\n')),
    () => new X509Certificate(text),
    ...[bytes, Buffer.from(text, 'base64'), Buffer.from(text, 'hex')].flatMap((der) => [
      () => createPublicKey({ key: der, format: 'der', type: 'spki' }),
      () => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }),
      () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      () => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }),
      () => createPrivateKey({ key: der, format: 'der', type: 'sec1' }),
      () => new X509Certificate(der),
    ]),
    () => {
      const value: unknown = JSON.parse(text)
      const holdsKey = isRecord(value) && ('kty' in value || 'keys' in value)
      if (!holdsKey && !Array.isArray(value)) throw new TypeError('no key')
    },
  ]
  // A PEM armour that OpenSSL cannot read is a mangled key, still nothing to sign with.
  return text.includes('-----BEGIN ') || attempts.some(succeeds)
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

function isOctJwk(input: unknown): input is Jwk & { k: string } {
  return (
    isRecord(input) &&
    !(input instanceof KeyObject) &&
    input.kty === 'oct' &&
    typeof input.k === 'string' &&
    input.k !== ''
  )
}

/** As describeGiven, but never the value of what may be a secret. */
function describeSecret(input: unknown): string {
  if (input instanceof Uint8Array) return 'got no bytes'
  return typeof input === 'number' ? 'got a number' : describeGiven(input)
}
