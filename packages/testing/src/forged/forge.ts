import type { Algorithm, GuardErrorCode, Jwk } from '@gatewarden/core'
import { type Authority, createAuthority } from '../authority.ts'
import { type SegmentInput, signingInput } from '../compact-jws.ts'
import { hmac, isHmac } from '../signing-key.ts'
import { type KnownIssuer, type Members, patternOf, renewed } from './known-issuer.ts'

/** One line of a table of attacks: the token, and why a guard refuses it. */
export type ForgedRow = readonly [id: string, name: string, code: GuardErrorCode, token: string]

/** What forgers know and have: what is known of the issuer, and keys of their own. */
export interface Forge {
  /** The issuer whose tokens are forged. */
  readonly victim: KnownIssuer
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
  /** Signed by the issuer itself: what remains wrong is in the header or the payload. */
  readonly signed: (header: SegmentInput, payload: SegmentInput) => string
  /** Text signed by the issuer's key, used with any algorithm that fits the key. */
  readonly signText: (text: string, algorithm?: Algorithm) => string
  /** Signed by the key nobody trusts. */
  readonly roguelySigned: (header: SegmentInput, payload?: SegmentInput) => string
  /** Signed with a guessed secret. */
  readonly hmacSigned: (header: Members, secret: string | Uint8Array) => string
}

export function createForge(victim: KnownIssuer, lure: string): Forge {
  const { algorithm, clock, audience } = victim
  const rogue = createAuthority({ algorithm, audience, issuer: lure, clock })
  const pattern = patternOf(victim.genuine())
  const claims = (changes: Members = {}): Members => ({ ...renewed(pattern.claims), ...changes })

  return {
    victim,
    rogue,
    lure,
    now: clock(),
    unknownKid: isHmac(algorithm) ? 'ERR_SIGNATURE_INVALID' : 'ERR_KEY_UNKNOWN',
    header: (changes = {}) => ({ ...pattern.header, ...changes }),
    claims,
    signed: victim.sign,
    signText: (text, used = algorithm) => victim.signText(text, used),
    roguelySigned: (header, payload = claims()) => rogue.sign(header, payload),

    hmacSigned(header, secret) {
      const used = header.alg as Algorithm
      const text = signingInput(header, claims())
      return `${text}.${hmac(isHmac(used) ? used : 'HS256', secret, text).toString('base64url')}`
    },
  }
}

/** The issuer's public key as its key set publishes it; without members where that is not known. */
export function publishedJwk({ keys, kid }: KnownIssuer): Jwk {
  if (keys === undefined) return {}
  const { jwks, publicKey } = keys
  return jwks.keys.find((key) => key.kid === kid) ?? publicKey.export({ format: 'jwk' })
}

/** A token taken apart at its dots. */
export function segmentsOf(token: string): [header: string, payload: string, signature: string] {
  return token.split('.') as [string, string, string]
}
