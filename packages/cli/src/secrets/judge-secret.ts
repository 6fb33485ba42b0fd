import type { HmacAlgorithm } from '@gatewarden/core'
import { weaknessOfSecret } from '@gatewarden/core/kit'
import { estimateBits } from './estimate-bits.ts'
import { digestOfWeak } from './digest-of-weak.ts'
import { likenessToWeak } from './known-weak-secret.ts'
import { isPhrase, mistakenForSecret } from './not-a-secret.ts'

/** RFC 7518 §3.2: as long as the hash. */
const FEWEST_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const

/** Below it, whoever has one token finds the secret with time and money. */
const FEWEST_BITS = 128

export interface SecretVerdict {
  readonly fit: boolean
  /** Whether it looks as if a machine had made it. Otherwise, that no weakness was found proves little. */
  readonly looksRandom: boolean
  readonly bytes: number
  /** At most so many bits have to be guessed. */
  readonly bits: number
  /** The algorithms it is long enough for. */
  readonly longEnoughFor: readonly HmacAlgorithm[]
  readonly problems: readonly SecretProblem[]
  /** What to mind, though it is no reason not to use it. */
  readonly notes: readonly SecretProblem[]
}

export interface SecretProblem {
  /** Stable. */
  readonly id: string
  readonly what: string
}

/**
 * Judges a secret for an algorithm. Says nothing that the secret could be made out from, but its length. The name of a
 * variable in front of it is none of it.
 */
export function judgeSecret(secret: Buffer, algorithm: HmacAlgorithm): SecretVerdict {
  const lineBreak = /\r?\n$/.exec(secret.toString('latin1'))?.[0] ?? ''
  const bare = secret.subarray(0, secret.length - lineBreak.length)
  const problems = problemsOf(bare, algorithm)
  const algorithms = Object.keys(FEWEST_BYTES) as HmacAlgorithm[]
  return {
    fit: problems.length === 0,
    looksRandom: looksRandom(bare),
    bytes: bare.length,
    bits: estimateBits(bare),
    longEnoughFor: algorithms.filter((name) => bare.length >= FEWEST_BYTES[name]),
    problems,
    notes: notesOn(bare, lineBreak),
  }
}

function problemsOf(secret: Buffer, algorithm: HmacAlgorithm): SecretProblem[] {
  const weakness = weaknessOfSecret(secret, algorithm)?.split('; make one with')[0]
  const text = secret.toString('utf8')
  const isTooShort = secret.length < FEWEST_BYTES[algorithm]
  const guessable = guessableBy(text, weakness)
  const problems: SecretProblem[] = []
  if (guessable !== undefined) problems.push(guessable)
  if (isTooShort && guessable?.id !== 'key-as-secret')
    problems.push({
      id: 'too-short',
      what: `it has ${secret.length} bytes; ${algorithm} needs ${FEWEST_BYTES[algorithm]} (RFC 7518 §3.2)`,
    })
  if (problems.length === 0 && estimateBits(secret) < FEWEST_BITS)
    problems.push({
      id: 'low-entropy',
      what: `there are ${estimateBits(secret)} bits to guess at most; ${FEWEST_BITS} are the fewest that will do`,
    })
  return problems
}

/** In what way it can be guessed, whatever its length. `weakness` is what the core says of it. */
function guessableBy(text: string, weakness: string | undefined): SecretProblem | undefined {
  if (weakness?.includes('public or private key') === true)
    return { id: 'key-as-secret', what: `${weakness}: whoever has it could sign tokens` }
  const mistaken = mistakenForSecret(text)
  if (mistaken !== undefined) return mistaken
  const likeness = likenessToWeak(text)
  if (likeness !== undefined) return { id: 'known', what: likeness }
  // What is left when it is not for its length.
  if (weakness !== undefined && !weakness.includes('at least'))
    return { id: weakness.includes('published') ? 'known' : 'guessable', what: weakness }
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text))
    return {
      id: 'uuid',
      what: 'it is a UUID: 122 random bits at best, and far fewer in version 1, which is made of the time and an address',
    }
  if (isPhrase(text)) return { id: 'phrase', what: 'it is a phrase, not random bytes' }
  return hiddenWeakness(text)
}

/** A weak secret in the guise of random text. */
function hiddenWeakness(text: string): SecretProblem | undefined {
  for (const encoding of ['hex', 'base64'] as const) {
    const bytes = decodeExactly(text, encoding)
    if (bytes === undefined || bytes.length < 3) continue
    const likeness = likenessToWeak(bytes.toString('utf8'))
    if (likeness !== undefined)
      return {
        id: `${encoding}-of-known`,
        what: `it is ${encoding} of a text, and of that: ${likeness}`,
      }
    const digest = digestOfWeak(bytes)
    if (digest !== undefined)
      return {
        id: 'digest-of-known',
        what: `it is the ${digest} of a secret that is on every list, as ${encoding}`,
      }
    if (
      bytes.length >= 8 &&
      (new Set(bytes).size < 6 || /^[\x20-\x7e]+$/.test(bytes.toString('latin1')))
    )
      return {
        id: `${encoding}-of-text`,
        what: `it is ${encoding} of ${new Set(bytes).size < 6 ? 'bytes that are nearly all the same' : 'a text, not of random bytes'}`,
      }
  }
  return undefined
}

function decodeExactly(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  if (encoding === 'hex')
    // Digits alone are a number, not hexadecimal.
    return /^([0-9a-f]{2})+$/i.test(text) && /[a-f]/i.test(text)
      ? Buffer.from(text, 'hex')
      : undefined
  return /^[\w+/-]{4,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** Hexadecimal, base64 with everything that it is made of, or bytes that are no text. */
function looksRandom(secret: Buffer): boolean {
  const text = secret.toString('utf8')
  if (text.includes('\ufffd')) return true
  if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]+$/i.test(text)) return true
  return /^(?=.*[a-z])(?=.*[A-Z])(?=.*[\d+/_-])[\w+/-]+={0,2}$/.test(text)
}

function notesOn(secret: Buffer, lineBreak: string): SecretProblem[] {
  const notes: SecretProblem[] = []
  if (lineBreak !== '')
    notes.push({
      id: 'line-break',
      what: 'the line break at its end was not counted; a program that reads the file as it is has another secret',
    })
  const text = secret.toString('utf8')
  if (text !== text.trim())
    notes.push({ id: 'blanks', what: 'there are blanks around it; most programs count them' })
  if (/^(["']).*\1$/s.test(text))
    notes.push({ id: 'quotes', what: 'there are quotes around it; some programs count them' })
  return notes
}
