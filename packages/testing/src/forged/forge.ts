import { randomUUID } from 'node:crypto'
import type { Algorithm, GuardErrorCode, Jwk } from '@gatewarden/core'
import { type Authority, createAuthority } from '../authority.ts'
import { type SegmentInput, signingInput } from '../compact-jws.ts'
import { hmac, isHmac, signWithPrivateKey } from '../signing-key.ts'

/** One line of a table of attacks: the token, and why a guard refuses it. */
export type ForgedRow = readonly [id: string, name: string, code: GuardErrorCode, token: string]

type Members = Readonly<Record<string, unknown>>

/** What forgers know and have: everything of the authority but its keys, and keys of their own. */
export interface Forge {
  readonly authority: Authority
  /** An authority of the same algorithm that nobody trusts. */
  readonly rogue: Authority
  /** A URL the forger watches. */
  readonly lure: string
  readonly now: number
  /** How a guard refuses a `kid` it does not know: a shared secret answers to every `kid`. */
  readonly unknownKid: GuardErrorCode
  /** The header of a genuine token, with changes. */
  readonly header: (changes?: Members) => Members
  /** The claims of a genuine token, with changes. */
  readonly claims: (changes?: Members) => Members
  /** Signed by the authority itself: what remains wrong is in the header or the payload. */
  readonly signed: (header: SegmentInput, payload: SegmentInput) => string
  /** Text signed by the authority's key, used with any algorithm that fits the key. */
  readonly signText: (text: string, algorithm?: Algorithm) => string
  /** Signed by the key nobody trusts. */
  readonly roguelySigned: (header: SegmentInput, payload?: SegmentInput) => string
  /** Signed with a guessed secret. */
  readonly hmacSigned: (header: Members, secret: string | Uint8Array) => string
}

export function createForge(authority: Authority, lure: string): Forge {
  const { algorithm, clock } = authority
  const rogue = createAuthority({ algorithm, audience: authority.audience, issuer: lure, clock })
  const now = clock()
  const claims = (changes: Members = {}): Members => ({
    iss: authority.issuer,
    aud: authority.audience,
    sub: 'alice',
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    ...changes,
  })

  return {
    authority,
    rogue,
    lure,
    now,
    unknownKid: isHmac(algorithm) ? 'ERR_SIGNATURE_INVALID' : 'ERR_KEY_UNKNOWN',
    header: (changes = {}) => ({ alg: algorithm, typ: 'JWT', kid: authority.kid, ...changes }),
    claims,
    signed: (header, payload) => authority.sign(header, payload),

    signText(text, used = algorithm) {
      const signature = isHmac(used)
        ? hmac(used, authority.secret, text)
        : signWithPrivateKey(used, authority.privateKey, text)
      return `${text}.${signature.toString('base64url')}`
    },

    roguelySigned: (header, payload = claims()) => rogue.sign(header, payload),

    hmacSigned(header, secret) {
      const used = header.alg as Algorithm
      const text = signingInput(header, claims())
      return `${text}.${hmac(isHmac(used) ? used : 'HS256', secret, text).toString('base64url')}`
    },
  }
}

/** The authority's public key as its key set publishes it. */
export function publishedJwk({ jwks, kid }: Authority): Jwk {
  return jwks().keys.find((key) => key.kid === kid) ?? {}
}

/** A token taken apart at its dots. */
export function segmentsOf(token: string): [header: string, payload: string, signature: string] {
  return token.split('.') as [string, string, string]
}
