import { createSecretKey, KeyObject } from 'node:crypto'
import type { HmacAlgorithm } from '../algorithms.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { isRecord } from '../is-record.ts'
import type { Jwk } from './import-public-key.ts'
import { KeyRecord } from './key-record.ts'
import { weaknessOfSecret } from './secret-strength.ts'

/** A shared HMAC secret: text (its UTF-8 bytes), bytes, a JWK of type `oct`, or a secret `KeyObject`. */
export type SecretInput = string | Uint8Array | Jwk | KeyObject

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
  const weakness = weaknessOfSecret(bytes, algorithm)
  if (weakness !== undefined) throw new ConfigError(option, weakness)
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
