import { type KeyObject, randomUUID } from 'node:crypto'
import {
  type Algorithm,
  type Clock,
  type HmacAlgorithm,
  type Jwk,
  type JwkSet,
  systemClock,
} from '@gatewarden/core'
import { type SegmentInput, signingInput } from './compact-jws.ts'
import { type GivenKey, isHmac, SigningKey } from './signing-key.ts'

export interface AuthorityOptions {
  /** `iss` of its tokens. Default `'https://issuer.test'`. */
  readonly issuer?: string
  /** `aud` of its tokens. Default `'https://api.test'`. */
  readonly audience?: string
  /** Default `'ES256'`: its keys are made in no time, RSA keys are not. */
  readonly algorithm?: Algorithm
  /** Claims that every token has besides the usual ones: a scope, a `client_id`. `undefined` leaves a usual one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters that every token has: `{ typ: 'at+jwt' }`. */
  readonly header?: Readonly<Record<string, unknown>>
  /** A key of your own that signs until `rotate()`. Default: one made at run time. */
  readonly key?: GivenKey
  /** Tells the time in seconds, for `iat` and `exp`. Default: the system's clock. */
  readonly clock?: Clock
}

/** What `createGuard` needs to trust an authority; spread it, and add options of your own. */
export type AuthorityGuardOptions = {
  readonly issuer: string
  readonly audience: string
  readonly clock: Clock
} & (
  | { readonly jwks: JwkSet }
  | { readonly secret: readonly Buffer[]; readonly algorithms: readonly [HmacAlgorithm] }
)

/** An issuer for tests, with keys made at run time. */
export interface Authority {
  readonly issuer: string
  readonly audience: string
  readonly algorithm: Algorithm
  readonly clock: Clock
  /** The id of the key that signs now. */
  readonly kid: string

  /**
   * A signed access token: `sub` is `alice`, `iat` now, `exp` 300 seconds later, `jti` a new UUID. A claim or header
   * parameter given here replaces the usual one; one given as `undefined` is left out.
   */
  readonly token: (
    claims?: Readonly<Record<string, unknown>>,
    overrides?: { readonly header?: Readonly<Record<string, unknown>> },
  ) => string

  /**
   * Signs any header and payload with the key that signs now and its algorithm, whatever the header says. Text and
   * bytes are signed as they are: for tokens no JSON writer would write.
   */
  readonly sign: (header: SegmentInput, payload: SegmentInput) => string

  /**
   * The public keys, those from before `rotate()` included.
   *
   * @throws TypeError for an HMAC algorithm, which has no public key
   */
  readonly jwks: () => JwkSet

  /** The public half of the key that signs now. Throws a TypeError for an HMAC algorithm. */
  readonly publicKey: KeyObject
  /** The same as PEM (SPKI). */
  readonly publicKeyPem: string
  /** The private half, for tests that sign with another library. Throws a TypeError for an HMAC algorithm. */
  readonly privateKey: KeyObject
  /** The shared secret that signs now. Throws a TypeError for all but HMAC algorithms. */
  readonly secret: Buffer

  /** Signs with a new key from now on and returns its `kid`. The old ones stay trusted until withdrawn. */
  readonly rotate: () => string

  /**
   * Takes a key out of `jwks()` and `guardOptions()`. The one that signs now can be withdrawn, too: its tokens are
   * then by a key nobody trusts.
   */
  readonly withdraw: (kid: string) => void

  readonly guardOptions: () => AuthorityGuardOptions
}

/** @throws TypeError for a `key` of the other kind than the algorithm's */
export function createAuthority(options: AuthorityOptions = {}): Authority {
  const {
    issuer = 'https://issuer.test',
    audience = 'https://api.test',
    algorithm = 'ES256',
    claims: usualClaims = {},
    header: usualHeader = {},
    clock = systemClock,
  } = options
  let current = new SigningKey(algorithm, options.key)
  const trusted = new Map([[current.kid, current]])

  function sign(header: SegmentInput, payload: SegmentInput): string {
    const text = signingInput(header, payload)
    return `${text}.${current.sign(text).toString('base64url')}`
  }

  function jwks(): JwkSet {
    if (isHmac(algorithm))
      throw new TypeError(`${algorithm} has no public keys; give the guard authority.secret`)
    return { keys: [...trusted.values()].map(toJwk) }
  }

  return {
    issuer,
    audience,
    algorithm,
    clock,
    get kid() {
      return current.kid
    },
    get publicKey() {
      return current.publicKey
    },
    get publicKeyPem() {
      return current.publicKey.export({ type: 'spki', format: 'pem' }) as string
    },
    get privateKey() {
      return current.privateKey
    },
    get secret() {
      return current.secret
    },

    token(claims = {}, { header = {} } = {}) {
      const iat = clock()
      return sign(
        { alg: algorithm, typ: 'JWT', kid: current.kid, ...usualHeader, ...header },
        {
          iss: issuer,
          aud: audience,
          sub: 'alice',
          iat,
          exp: iat + 300,
          jti: randomUUID(),
          ...usualClaims,
          ...claims,
        },
      )
    },
    sign,
    jwks,

    rotate() {
      current = new SigningKey(algorithm)
      trusted.set(current.kid, current)
      return current.kid
    },
    withdraw(kid) {
      trusted.delete(kid)
    },

    guardOptions() {
      const common = { issuer, audience, clock }
      if (!isHmac(algorithm)) return { ...common, jwks: jwks() }
      const secret = [...trusted.values()].map((key) => key.secret)
      return { ...common, secret, algorithms: [algorithm] }
    },
  }
}

function toJwk({ publicKey, kid, algorithm }: SigningKey): Jwk {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: algorithm }
}
