import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { type Algorithm, factsOf } from '../src/algorithms.ts'
import { type GuardError, isGuardError } from '../src/errors.ts'
import type { Jwk } from '../src/keys/import-public-key.ts'
import { ConcurrencyLimit } from '../src/keys/concurrency-limit.ts'
import { fetchDocument } from '../src/keys/fetch-document.ts'
import type { KeyEnvironment } from '../src/keys/key-environment.ts'
import { KeyRecord } from '../src/keys/key-record.ts'
import { ConfiguredKeys } from '../src/keys/key-source.ts'
import type { Claims } from '../src/claims.ts'
import { type CheckedClaims, readKnownClaims } from '../src/known-claims.ts'
import type { JoseHeader } from '../src/parse-header.ts'
import { type Auth, createPrincipal } from '../src/principal.ts'
import type { TrustedIssuer } from '../src/issuers/trusted-issuer.ts'

/** The moment at which every test takes place, in seconds. */
export const NOW = 1_750_000_000
export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'https://api.example'

export const clock = () => NOW

/** A clock that tests set forward by hand. */
export function createClock(now = NOW) {
  const read = Object.assign(() => read.now, { now })
  return read
}

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export function newEcKeys(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve })
}

export function newEd25519Keys(): KeyPair {
  return generateKeyPairSync('ed25519')
}

/** Slow: once a file, in beforeAll. */
export function newRsaKeys(modulusLength = 2048): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength })
}

export function newSecret(bytes = 64): Buffer {
  return randomBytes(bytes)
}

export function toJwk(key: KeyObject, members: Record<string, unknown> = {}): Jwk {
  return { ...key.export({ format: 'jwk' }), ...members }
}

export function encode(value: unknown): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return bytes.toString('base64url')
}

/** Claims that every check of a default guard lets pass; a member set to undefined is left out. */
export function goodClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'web',
    jti: 'token-1',
    iat: NOW - 10,
    exp: NOW + 600,
    ...changes,
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

export function signatureOver(input: string, alg: Algorithm, key: KeyObject | Buffer): Buffer {
  const { family, hash, pss } = factsOf(alg)
  const data = Buffer.from(input, 'latin1')
  if (family === 'secret') return createHmac(hash!, key).update(data).digest()
  const options =
    family === 'ec'
      ? { dsaEncoding: 'ieee-p1363' as const }
      : pss
        ? {
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
          }
        : {}
  return sign(hash, data, { key: key as KeyObject, ...options })
}

/** Signs whatever it is given: header and payload may be objects, or text and bytes that are no JSON at all. */
export function mint(
  header: Record<string, unknown> | string,
  claims: unknown,
  key: KeyObject | Buffer,
  alg?: Algorithm,
): string {
  const input = `${encode(header)}.${encode(claims)}`
  const signed = alg ?? ((header as { alg: unknown }).alg as Algorithm)
  return `${input}.${signatureOver(input, signed, key).toString('base64url')}`
}

/** A record as it is made of a configured key. */
export function recordOf(
  key: KeyObject,
  algorithms: readonly Algorithm[],
  kid?: string,
  servesAnyKid = kid === undefined,
): KeyRecord {
  return new KeyRecord(key, algorithms, kid, servesAnyKid)
}

export function trustedIssuer(changes: Partial<TrustedIssuer> = {}): TrustedIssuer {
  return {
    issuer: ISSUER,
    audiences: [AUDIENCE],
    keys: new ConfiguredKeys([]),
    profile: 'jwt',
    requiredClaims: [],
    expectedClaims: new Map(),
    maxTokenAge: Infinity,
    tenant: undefined,
    mapping: {
      scopes: [['scope'], ['scp']],
      roles: [['roles']],
      permissions: [['permissions']],
      tenant: [],
      client: [['client_id'], ['azp'], ['cid']],
    },
    ...changes,
  }
}

/** What everything that fetches shares: the network, unless a test says otherwise. */
export function keyEnvironment(changes: Partial<KeyEnvironment> = {}): KeyEnvironment {
  const fetches = new ConcurrencyLimit(16)
  const retries = new ConcurrencyLimit(4)
  return { clock, random: () => 0, fetch: fetchDocument, fetches, retries, ...changes }
}

export const header = (members: Record<string, unknown> = {}): JoseHeader => ({
  alg: 'ES256',
  ...members,
})

/** The GuardError that a call throws, at once. */
export function refusalOf(call: () => unknown): GuardError {
  try {
    call()
  } catch (error) {
    if (isGuardError(error)) return error
    throw error
  }
  throw new Error('expected a refusal, and nothing was thrown')
}

/** The GuardError that a call throws or rejects with. */
export async function rejectionOf(call: () => unknown): Promise<GuardError> {
  try {
    await call()
  } catch (error) {
    if (isGuardError(error)) return error
    throw error
  }
  throw new Error('expected a refusal, and nothing was thrown')
}

/** Whatever a call throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error, and nothing was thrown')
}

/** A text without the readable characters that tokens and secrets must not appear in. */
export function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** Claims as a verifier hands them on, once it has judged them. */
export function checkedClaims(claims: object): CheckedClaims {
  return readKnownClaims(claims as Claims) as CheckedClaims
}

/** Who a token with these claims is from. */
export function authWith(changes: Record<string, unknown>): Auth {
  const claims = JSON.parse(JSON.stringify(goodClaims(changes))) as Claims
  return createPrincipal('a.b.c', header(), checkedClaims(claims), claims, trustedIssuer())
}
