import { isKeyMaterial, quoteForLog } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'

/** Characters: a thumbprint has 43. Every token carries it. */
const LONG = 128

/** Characters of the longest name that may say nothing. */
const SHORT = 32

const GENERIC =
  /^((jwt|signing|sig|public|rsa|ec|main|primary|current|default|test|prod|my)[-_ ]?)*(key|id|jwt|signing|sig|main|primary|current|default|test|prod|null|undefined)?[-_ ]?\d{0,3}$/i

/**
 * Judges the name of a key. It stands in every token, an attacker writes others in its place, and some verifiers look
 * keys up by it in files and databases: a plain, unique, meaningless one serves best.
 */
export function* judgeKid(kid: string): Generator<Finding> {
  const clause = 'RFC 7517 §4.5, RFC 8725 §3.10'
  const name = quoteForLog(kid)
  if (isKeyMaterial(Buffer.from(kid))) {
    const isPrivate = /PRIVATE|"(d|k|p)"/.test(kid)
    yield {
      id: 'kid-key-material',
      severity: isPrivate ? 'critical' : 'warning',
      message: isPrivate
        ? 'A kid is a private key, or has one in it: every token carries it to everybody.'
        : `The kid ${name} is a key itself, which some verifier may read as one.`,
      advice: isPrivate
        ? 'Take the key out of use now, and name keys by their thumbprint (RFC 7638).'
        : 'Name keys by their thumbprint (RFC 7638).',
      clause,
    }
    return
  }
  if (kid.length <= SHORT && GENERIC.test(kid)) {
    yield {
      id: 'kid-generic',
      severity: 'note',
      message: `The kid ${name} says which place a key has, not which key it is. The next key will have it, too, and whoever kept the old one by this name refuses good tokens.`,
      advice:
        'Never give a kid to a second key: use the thumbprint (RFC 7638), or a date and a random part.',
      clause,
    }
  }
  if (/[\u0000-\u001f\u007f]/.test(kid)) {
    yield {
      id: 'kid-control-characters',
      severity: 'warning',
      message: `The kid ${name} has control characters: it starts new lines in logs, and some verifiers cannot read it.`,
      advice: 'Use letters, digits, - and _.',
      clause,
    }
  } else if (/\.\.|[\\'"`;<>\s]/.test(kid)) {
    yield {
      id: 'kid-characters',
      severity: 'note',
      message: `The kid ${name} has characters that mean something in paths, SQL or a shell.`,
      advice:
        'Use letters, digits, - and _: a verifier that does not expect others need not let them through.',
      clause,
    }
  }
  if (kid.length > LONG) {
    yield {
      id: 'kid-long',
      severity: 'note',
      message: `A kid has ${kid.length} characters, and every token carries it: ${name}.`,
      advice: 'A thumbprint (RFC 7638) has 43.',
      clause,
    }
  }
}
