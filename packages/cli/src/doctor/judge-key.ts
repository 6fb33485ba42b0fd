import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import {
  asymmetricAlgorithms,
  bindAlgorithms,
  hasPrivateMembers,
  quoteForLog,
  servesSignatures,
  weaknessOfKey,
} from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'

type Member = Readonly<Record<string, unknown>>

const USUAL_EXPONENT = 65_537n
/** Bits of a modulus that a guard takes at most. */
const MOST_BITS = 8192

/** Judges one member of a key set. `name` says which, as in a sentence: `the key "a"`. */
export function* judgeKey(jwk: Member, name: string): Generator<Finding> {
  const secret = findSecret(jwk, name)
  if (secret !== undefined) {
    yield secret
    return
  }
  if (!servesSignatures(jwk)) {
    yield* judgeOtherUse(jwk, name)
    return
  }
  const key = readKey(jwk)
  if (key === undefined) {
    yield {
      id: 'key-unreadable',
      severity: 'warning',
      message: `OpenSSL cannot read ${name} (kty ${quoteForLog(jwk.kty)}${jwk.crv === undefined ? '' : `, crv ${quoteForLog(jwk.crv)}`}). A guard skips it.`,
      advice: 'Sign tokens for your API with another one, and mend this or take it out.',
      clause: 'RFC 7518 §6',
    }
    return
  }
  yield* judgeStrength(key, name)
  yield* judgeAlgorithm(jwk, key, name)
  if (jwk.use === undefined && jwk.key_ops === undefined) {
    yield {
      id: 'use-missing',
      severity: 'note',
      message: `${capital(name)} does not say what it is for: it may be used to encrypt as well.`,
      advice: 'Add "use": "sig".',
      clause: 'RFC 7517 §4.2',
    }
  }
  yield* judgeCertificate(jwk, key, name)
}

function findSecret(jwk: Member, name: string): Finding | undefined {
  const clause = 'RFC 7517 §9.2, RFC 8725 §2.1'
  if (jwk.kty === 'oct') {
    return {
      id: 'key-symmetric',
      severity: 'critical',
      message: `${capital(name)} is a shared secret, published: everybody can sign with it.`,
      advice:
        'Take it out of use now, not only out of the set: whoever fetched the set has it. Then sign with a key pair.',
      clause,
    }
  }
  if (!hasPrivateMembers(jwk)) return undefined
  return {
    id: 'key-private',
    severity: 'critical',
    message: `${capital(name)} has private members (d, p or the like), published: everybody can sign with it.`,
    advice:
      'Change to another key now, and take this one out of use: whoever fetched the set has it. Then publish public members only.',
    clause,
  }
}

function* judgeOtherUse({ use, key_ops: operations }: Member, name: string): Generator<Finding> {
  if (use === 'enc') return
  const what =
    use === undefined || use === 'sig' ? `key_ops ${listOf(operations)}` : `use ${quoteForLog(use)}`
  yield {
    id: 'use-other',
    severity: 'warning',
    message: `${capital(name)} is not for verifying, by its ${what}. A guard skips it.`,
    advice: 'If it signs tokens, write "use": "sig", and "verify" in key_ops or no key_ops at all.',
    clause: 'RFC 7517 §4.2 and §4.3',
  }
}

function* judgeStrength(key: KeyObject, name: string): Generator<Finding> {
  const weakness = weaknessOfKey(key)
  const { modulusLength = 0, publicExponent = USUAL_EXPONENT } = key.asymmetricKeyDetails ?? {}
  if (weakness !== undefined) {
    yield {
      id: 'key-weak',
      severity: modulusLength > MOST_BITS ? 'warning' : 'critical',
      message: `${capital(name)} is not to be trusted: ${weakness}. A guard skips it; others may not.`,
      advice: 'Change to a new key: ES256, or RSA with 2048 bits and more.',
      clause: 'RFC 7518 §3.3, RFC 8725 §3.5',
    }
  } else if (publicExponent !== USUAL_EXPONENT) {
    yield {
      id: 'rsa-exponent',
      severity: 'note',
      message: `${capital(name)} has the public exponent ${publicExponent}. With small ones, verifiers were fooled that check the padding carelessly.`,
      advice: 'Make the next key with 65537.',
      clause: 'FIPS 186-5 §5.1',
    }
  }
}

function* judgeAlgorithm({ alg }: Member, key: KeyObject, name: string): Generator<Finding> {
  if (alg === undefined) {
    yield {
      id: 'alg-missing',
      severity: 'note',
      message:
        key.asymmetricKeyType === 'rsa'
          ? `${capital(name)} does not say its algorithm: a guard takes it for RS256 and refuses PS256 and the others.`
          : `${capital(name)} does not say its algorithm. Its curve leaves no choice, but not every verifier knows that.`,
      advice: 'Add "alg".',
      clause: 'RFC 7517 §4.4, RFC 8725 §3.1',
    }
    return
  }
  if (typeof alg === 'string' && bindAlgorithms(key, alg, asymmetricAlgorithms).length > 0) return
  const isConfusion = typeof alg === 'string' && /^(none|HS\d+)$/i.test(alg)
  yield {
    id: 'alg-unfit',
    severity: isConfusion ? 'critical' : 'warning',
    message: `${capital(name)} says alg ${quoteForLog(alg)}, which does not fit it. ${
      isConfusion
        ? 'Who goes by that takes a public key for a shared secret, and everybody can sign.'
        : 'A guard skips it.'
    }`,
    advice: 'Write the algorithm that the key signs with.',
    clause: 'RFC 7517 §4.4, RFC 8725 §3.1',
  }
}

function* judgeCertificate({ x5c }: Member, key: KeyObject, name: string): Generator<Finding> {
  if (!Array.isArray(x5c) || typeof x5c[0] !== 'string') return
  let certified: KeyObject | undefined
  try {
    certified = new X509Certificate(Buffer.from(x5c[0], 'base64')).publicKey
  } catch {
    // No certificate is as wrong as another one's.
  }
  if (certified?.equals(key) === true) return
  yield {
    id: 'x5c-other-key',
    severity: 'warning',
    message: `The certificate in ${name} (x5c) is ${certified === undefined ? 'none that can be read' : 'for another key'}. Who reads keys from there takes the wrong one.`,
    advice: 'Put the certificate of this key first, or leave x5c out.',
    clause: 'RFC 7517 §4.7',
  }
}

function readKey(jwk: Member): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const isUsable = asymmetricAlgorithms.some(
      (name) => bindAlgorithms(key, name, [name]).length > 0,
    )
    return isUsable ? key : undefined
  } catch {
    return undefined
  }
}

/** Of texts only: to join whatever else is in a list goes as deep as it does, and calls what it finds there. */
function listOf(value: unknown): string {
  const isOfTexts = Array.isArray(value) && value.every((each) => typeof each === 'string')
  return quoteForLog(isOfTexts ? value.join(' ') : value)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
