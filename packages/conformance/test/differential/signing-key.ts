import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'

/** Both halves of a key; of a shared secret, the same twice. */
export interface KeyHalves {
  readonly signing: KeyObject
  readonly verifying: KeyObject
}

export function newSecret(bytes = 64): KeyHalves {
  const secret = createSecretKey(randomBytes(bytes))
  return { signing: secret, verifying: secret }
}

export function newEcKey(namedCurve: 'P-256' | 'P-384' | 'P-521'): KeyHalves {
  return halves(generateKeyPairSync('ec', { namedCurve }))
}

export function newEd25519Key(): KeyHalves {
  return halves(generateKeyPairSync('ed25519'))
}

const rsaKeys = new Map<string, KeyHalves>()

/** RSA keys take seconds to make, so those of one size and name are made once. */
export function rsaKey(modulusLength: number, name = ''): KeyHalves {
  const known = rsaKeys.get(`${modulusLength}${name}`)
  if (known !== undefined) return known
  const made = halves(generateKeyPairSync('rsa', { modulusLength }))
  rsaKeys.set(`${modulusLength}${name}`, made)
  return made
}

/** A key of the same kind that nobody trusts. */
export function strangerTo({ verifying }: KeyHalves): KeyHalves {
  const { modulusLength = 0, namedCurve } = verifying.asymmetricKeyDetails ?? {}
  switch (verifying.asymmetricKeyType) {
    case 'rsa':
      // Another long one would take seconds more.
      return rsaKey(Math.min(modulusLength, 2052), 'stranger')
    case 'ec':
      return halves(generateKeyPairSync('ec', { namedCurve: namedCurve ?? '' }))
    case 'ed25519':
      return newEd25519Key()
    default:
      return newSecret()
  }
}

/** The signature of RFC 7518 §3 over a text. Undefined when the key is not of the algorithm's kind. */
export function signatureOver(
  text: string,
  algorithm: string,
  key: KeyObject,
  saltLength: number = constants.RSA_PSS_SALTLEN_DIGEST,
): Buffer | undefined {
  const bytes = Buffer.from(text)
  const hash = `sha${algorithm.slice(2)}`
  switch (`${algorithm} ${key.asymmetricKeyType ?? 'secret'}`) {
    case 'HS256 secret':
    case 'HS384 secret':
    case 'HS512 secret':
      return createHmac(hash, key).update(bytes).digest()
    case 'RS256 rsa':
    case 'RS384 rsa':
    case 'RS512 rsa':
      return sign(hash, bytes, key)
    case 'PS256 rsa':
    case 'PS384 rsa':
    case 'PS512 rsa':
      return sign(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
    case 'ES256 ec':
    case 'ES384 ec':
    case 'ES512 ec':
      return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA ed25519':
    case 'Ed25519 ed25519':
      return sign(null, bytes, key)
    default:
      return undefined
  }
}

/** How many texts to sign with a key at most: half a second of them, where they take their time. */
export function mostSignings({ signing }: KeyHalves): number {
  const { modulusLength = 0, namedCurve = '' } = signing.asymmetricKeyDetails ?? {}
  if (modulusLength > 0) return modulusLength > 4_000 ? 100 : modulusLength > 3_000 ? 250 : 600
  return { secp384r1: 500, secp521r1: 250 }[namedCurve] ?? Infinity
}

function halves(pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }) {
  return { signing: pair.privateKey, verifying: pair.publicKey }
}
