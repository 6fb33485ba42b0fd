import { factsOf, type HmacAlgorithm } from '../algorithms.ts'
import { isKeyMaterial } from './key-material.ts'
import { isKnownSecret } from './known-secrets.ts'

/** A random secret of 32 bytes has about 30 different ones; the same in hexadecimal 13 to 16. */
const FEWEST_DIFFERENT_BYTES = 8

const HOW_TO_MAKE_ONE = `node -e "console.log(require('crypto').randomBytes(64).toString('base64url'))"`

/** Says why a secret must not be used, or nothing when no reason shows. Never repeats the secret. */
export function weaknessOfSecret(secret: Buffer, algorithm: HmacAlgorithm): string | undefined {
  // A public key as HMAC secret is the RS256-to-HS256 confusion built in: everyone can sign.
  if (isKeyMaterial(secret)) {
    return 'this is a public or private key, not a shared secret; verify with publicKey instead'
  }
  const weakness =
    publicWeakness(secret) ?? lengthWeakness(secret, algorithm) ?? patternWeakness(secret)
  return weakness === undefined ? undefined : `${weakness}; make one with: ${HOW_TO_MAKE_ONE}`
}

function publicWeakness(secret: Buffer): string | undefined {
  // A line break at the end is what `echo` adds to a file.
  const trimmed = Buffer.from(secret.toString('latin1').trim(), 'latin1')
  if (isKnownSecret(secret) || isKnownSecret(trimmed)) {
    return 'this secret is published in tutorials and word lists'
  }
  return /^\$\{?\w+\}?$/.test(trimmed.toString('latin1'))
    ? 'this is the name of a variable that was not replaced by its value'
    : undefined
}

/** RFC 7518 §3.2: "A key of the same size as the hash output or larger MUST be used". */
function lengthWeakness(secret: Buffer, algorithm: HmacAlgorithm): string | undefined {
  const fewestBytes = factsOf(algorithm).signatureBytes ?? 0
  return secret.length < fewestBytes
    ? `${algorithm} needs a secret of at least ${fewestBytes} bytes, got ${secret.length}`
    : undefined
}

function patternWeakness(secret: Buffer): string | undefined {
  if (isRepetition(secret) || new Set(secret).size < FEWEST_DIFFERENT_BYTES) {
    return 'this secret repeats itself and can be guessed'
  }
  const steps = new Set(secret.subarray(1).map((byte, at) => byte - (secret[at] ?? 0)))
  return steps.size === 1 ? 'this secret counts up or down and can be guessed' : undefined
}

/** One piece over and over, the last time perhaps cut off: what pads a word to the length that is asked for. */
function isRepetition(secret: Buffer): boolean {
  for (let period = 1; 2 * period <= secret.length; period++)
    if (secret.subarray(period).equals(secret.subarray(0, secret.length - period))) return true
  return false
}
