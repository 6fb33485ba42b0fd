import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { ConfigError, describeGiven, weaknessOfSecret } from '@gatewarden/core/kit'

/** The issuer's secret as it is given: text, taken as its UTF-8 bytes, or bytes. */
export type IssuerSecret = string | Uint8Array

/** What is derived from one secret. None of it is ever written to a store. */
export interface DerivedKeys {
  /** Names the secret in what was made with it, and says nothing about it. */
  readonly id: string
  /** Authenticates refresh tokens. */
  readonly refresh: KeyObject
  /** Seals the signing keys. */
  readonly keyEncryption: Uint8Array
}

const FEWEST_BYTES = 32
const MOST_SECRETS = 10

const HOW_TO_MAKE_ONE = `node -e "console.log(require('crypto').randomBytes(32).toString('base64url'))"`

/**
 * Derives the keys of an issuer from its secrets: the first makes new tokens, all are accepted.
 *
 * One secret serves several purposes and several issuers, each with a key of its own: a token of one issuer is nothing to
 * another that shares the secret (RFC 5869 §3.2).
 *
 * @throws ConfigError when a secret is missing, too short or predictable
 */
export function deriveKeys(secret: unknown, issuer: string): readonly DerivedKeys[] {
  if (!Array.isArray(secret)) return [deriveOne(secret, issuer, 'secret')]
  if (secret.length === 0 || secret.length > MOST_SECRETS) {
    throw new ConfigError(
      'secret',
      `expected between 1 and ${MOST_SECRETS}, the first for new tokens, got ${secret.length}`,
    )
  }
  const keys = secret.map((item: unknown, at) => deriveOne(item, issuer, `secret[${at}]`))
  keys.forEach(({ id }, at) => {
    const first = keys.findIndex((other) => other.id === id)
    if (first !== at) throw new ConfigError(`secret[${at}]`, `the same as secret[${first}]`)
  })
  return keys
}

function deriveOne(secret: unknown, issuer: string, option: string): DerivedKeys {
  const bytes = toBytes(secret, option)
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', bytes, '', `gatewarden ${purpose} ${issuer}`, length))
  return {
    id: derive('key id', 6).toString('base64url'),
    refresh: createSecretKey(derive('refresh tokens', 32)),
    keyEncryption: derive('signing keys', 32),
  }
}

function toBytes(secret: unknown, option: string): Buffer {
  const isGiven = typeof secret === 'string' ? secret !== '' : secret instanceof Uint8Array
  if (!isGiven) {
    const given =
      typeof secret === 'string' || secret === undefined || secret === null
        ? describeGiven(secret)
        : 'got neither'
    throw new ConfigError(
      option,
      `expected a secret of at least ${FEWEST_BYTES} bytes, text or bytes, ${given}; make one with: ${HOW_TO_MAKE_ONE}`,
    )
  }
  const bytes = Buffer.from(secret as string)
  if (bytes.length < FEWEST_BYTES) {
    throw new ConfigError(
      option,
      `expected at least ${FEWEST_BYTES} bytes, got ${bytes.length}; make one with: ${HOW_TO_MAKE_ONE}`,
    )
  }
  const weakness = weaknessOfSecret(bytes, 'HS256')
  if (weakness !== undefined) throw new ConfigError(option, weakness)
  return bytes
}
