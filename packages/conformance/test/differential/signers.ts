import { constants, createHmac } from 'node:crypto'
import type { Setting, TrustedKey } from './setting.ts'
import { signatureOver } from './signing-key.ts'

/** What a signature is made of. */
export interface SigningInput {
  readonly text: string
  /** The trusted key of the genuine token. */
  readonly key: TrustedKey
  /** `alg` of the header, whatever it says. */
  readonly alg: string
  readonly setting: Setting
}

/** Signs in another way than the key's owner would. Undefined where the way does not fit the key. */
type Signer = (input: SigningInput) => Buffer | undefined

/** By name, so that a counterexample can be read. */
export const signers: Readonly<Record<string, Signer>> = {
  'the right key, as alg says': ({ text, key, alg }) => signatureOver(text, alg, key.signing),
  'another trusted key': ({ text, key, setting: { keys } }) => {
    const other = keys[(keys.indexOf(key) + 1) % keys.length] ?? key
    return signatureOver(text, other.algorithms[0], other.signing)
  },
  'a stranger': ({ text, key, setting }) =>
    signatureOver(text, key.algorithms[0], setting.stranger.signing),
  'a stranger, as alg says': ({ text, alg, setting }) =>
    signatureOver(text, alg, setting.stranger.signing),
  'PSS without salt': ({ text, key }) => pss(text, key, 0),
  'PSS with a salt one byte short': ({ text, key }) =>
    pss(text, key, Number(key.algorithms[0].slice(2)) / 8 - 1),
  'PSS with the longest salt': ({ text, key }) =>
    pss(text, key, constants.RSA_PSS_SALTLEN_MAX_SIGN),
  'PSS with a zero in front': ({ text, key }) => pssWithZero(text, key),
  'the PEM as secret': ({ text, key, alg }) => hmac(text, alg, spellingOf(key, 'pem')),
  'the DER as secret': ({ text, key, alg }) => hmac(text, alg, spellingOf(key, 'der')),
  'the JWK as secret': ({ text, key, alg }) =>
    hmac(text, alg, JSON.stringify(key.verifying.export({ format: 'jwk' }))),
  'the kid as secret': ({ text, key, alg }) => hmac(text, alg, key.kid ?? 'undefined'),
  'an empty secret': ({ text, alg }) => hmac(text, alg, ''),
}

/** The signature over a text as the named signer makes it; as the key's owner does, where that does not fit. */
export function signedBy(signer: string | undefined, input: SigningInput): Buffer {
  const { text, key } = input
  const odd = signer === undefined ? undefined : signers[signer]?.(input)
  return odd ?? signatureOver(text, key.algorithms[0], key.signing) ?? Buffer.alloc(0)
}

function pss(text: string, { algorithms: [algorithm], signing }: TrustedKey, saltLength: number) {
  return algorithm.startsWith('PS')
    ? signatureOver(text, algorithm, signing, saltLength)
    : undefined
}

/** Of the signatures over one text (the salt is another each time), one in 256 begins with a zero. */
function pssWithZero(text: string, key: TrustedKey): Buffer | undefined {
  const { modulusLength = 0 } = key.signing.asymmetricKeyDetails ?? {}
  // Longer keys would take seconds.
  if (modulusLength > 2_100) return undefined
  for (;;) {
    const signature = pss(text, key, constants.RSA_PSS_SALTLEN_DIGEST)
    if (signature?.[0] !== undefined && signature[0] !== 0) continue
    return signature
  }
}

function spellingOf({ verifying }: TrustedKey, format: 'pem' | 'der'): string | Buffer {
  if (verifying.type === 'secret') return format
  return format === 'pem'
    ? verifying.export({ type: 'spki', format })
    : verifying.export({ type: 'spki', format })
}

/** RS256 to HS256 confusion wants `alg` to be an HMAC's; under any other, HMAC-SHA-256 will do. */
function hmac(text: string, alg: string, secret: string | Buffer): Buffer {
  const bits = /^HS(256|384|512)$/.exec(alg)?.[1] ?? '256'
  return createHmac(`sha${bits}`, secret).update(text).digest()
}
