import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type ED25519KeyPairOptions,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto'

export const ISSUER = 'https://issuer.test/'
export const AUDIENCE = 'https://api.test'
export const KEY_ID = 'key-1'

export const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
export type BenchmarkAlgorithm = (typeof ALGORITHMS)[number]

/** What signs the tokens of a run, and the key to verify them with. Made anew for each run. */
export interface Signer {
  readonly algorithm: BenchmarkAlgorithm
  /** HS256 only. */
  readonly secret: Buffer | undefined
  /** Every other algorithm. */
  readonly publicKey: KeyObject | undefined
  sign(input: string): string
}

export function createSigner(algorithm: BenchmarkAlgorithm): Signer {
  if (algorithm === 'HS256') {
    const secret = randomBytes(32)
    return {
      algorithm,
      secret,
      publicKey: undefined,
      sign: (input) => createHmac('sha256', secret).update(input).digest('base64url'),
    }
  }
  const { publicKey, privateKey } = createKeyPair(algorithm)
  const key =
    algorithm === 'ES256'
      ? ({ key: privateKey, dsaEncoding: 'ieee-p1363' } as const)
      : { key: privateKey }
  return {
    algorithm,
    secret: undefined,
    publicKey,
    sign: (input) => sign(hashOf(algorithm), Buffer.from(input), key).toString('base64url'),
  }
}

/** As `node:crypto` names it; Ed25519 hashes by itself. */
export function hashOf(algorithm: BenchmarkAlgorithm): 'sha256' | null {
  return algorithm === 'EdDSA' ? null : 'sha256'
}

const AS_PEM: ED25519KeyPairOptions<'pem', 'pem'> = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}

/**
 * By way of text. The two keys of a pair and what made them share a lock, and in Node 20 a key that is exported while
 * the garbage collector takes away the rest waits for itself, for ever: once in a few thousand pairs.
 */
function createKeyPair(algorithm: BenchmarkAlgorithm) {
  const { publicKey, privateKey } = createPemPair(algorithm)
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) }
}

function createPemPair(algorithm: BenchmarkAlgorithm): { publicKey: string; privateKey: string } {
  switch (algorithm) {
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048, ...AS_PEM })
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256', ...AS_PEM })
    default:
      return generateKeyPairSync('ed25519', AS_PEM)
  }
}

/**
 * A token as identity providers make them: nine claims, about 400 characters with HS256. `others` replace and add claims,
 * `header` members of the header.
 */
export function mint(
  signer: Signer,
  user: number,
  others: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const now = Math.floor(Date.now() / 1000)
  const encodedHeader = encode({ alg: signer.algorithm, typ: 'JWT', kid: KEY_ID, ...header })
  const claims = encode({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: `user-${String(user)}`,
    client_id: 'web-shop',
    iat: now,
    exp: now + 3600,
    jti: randomUUID(),
    scope: 'orders:read orders:write',
    roles: ['clerk'],
    ...others,
  })
  const input = `${encodedHeader}.${claims}`
  return `${input}.${signer.sign(input)}`
}

/** The same token with another's signature: well-formed, and forged. */
export function forge(token: string): string {
  const [header, claims, signature = ''] = token.split('.')
  const forged = randomBytes(Buffer.from(signature, 'base64url').length).toString('base64url')
  return `${String(header)}.${String(claims)}.${forged}`
}

/** The same text as another string, as every HTTP request delivers it. */
export function asReceived(token: string): string {
  return Buffer.from(token, 'latin1').toString('latin1')
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
