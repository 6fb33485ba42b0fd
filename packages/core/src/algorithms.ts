/** The JWS algorithms of RFC 7518 §3.1, RFC 8037 and RFC 9864 that a guard can verify. `none` is not among them. */
export type Algorithm = HmacAlgorithm | AsymmetricAlgorithm

export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512'

export type AsymmetricAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

export type KeyFamily = 'secret' | 'rsa' | 'ec' | 'ed25519'

export interface AlgorithmFacts {
  readonly family: KeyFamily
  /** The digest, as OpenSSL calls it; none for Ed25519, which brings its own. */
  readonly hash: string | undefined
  /** RSASSA-PSS instead of RSASSA-PKCS1-v1_5. */
  readonly pss?: true
  /** The one curve an ECDSA algorithm works on, as OpenSSL calls it (RFC 7518 §3.4). */
  readonly curve?: string
  /** The one length of a signature in bytes, where the algorithm fixes it. */
  readonly signatureBytes?: number
}

/** A Map, not an object: an `alg` named `constructor` must find nothing. */
export const algorithmFacts: ReadonlyMap<string, AlgorithmFacts> = new Map<
  Algorithm,
  AlgorithmFacts
>([
  ['HS256', { family: 'secret', hash: 'sha256', signatureBytes: 32 }],
  ['HS384', { family: 'secret', hash: 'sha384', signatureBytes: 48 }],
  ['HS512', { family: 'secret', hash: 'sha512', signatureBytes: 64 }],
  ['RS256', { family: 'rsa', hash: 'sha256' }],
  ['RS384', { family: 'rsa', hash: 'sha384' }],
  ['RS512', { family: 'rsa', hash: 'sha512' }],
  ['PS256', { family: 'rsa', hash: 'sha256', pss: true }],
  ['PS384', { family: 'rsa', hash: 'sha384', pss: true }],
  ['PS512', { family: 'rsa', hash: 'sha512', pss: true }],
  ['ES256', { family: 'ec', hash: 'sha256', curve: 'prime256v1', signatureBytes: 64 }],
  ['ES384', { family: 'ec', hash: 'sha384', curve: 'secp384r1', signatureBytes: 96 }],
  ['ES512', { family: 'ec', hash: 'sha512', curve: 'secp521r1', signatureBytes: 132 }],
  ['EdDSA', { family: 'ed25519', hash: undefined, signatureBytes: 64 }],
  ['Ed25519', { family: 'ed25519', hash: undefined, signatureBytes: 64 }],
])

export const hmacAlgorithms: readonly HmacAlgorithm[] = ['HS256', 'HS384', 'HS512']

/** In order of preference: a key that does not say its algorithm gets the first that fits it. */
export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

export function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && algorithmFacts.has(value)
}

/** The facts of an algorithm known to exist. */
export function factsOf(algorithm: Algorithm): AlgorithmFacts {
  return algorithmFacts.get(algorithm)!
}
