import { type KeyObject, randomUUID } from 'node:crypto'
import type { Algorithm, Clock, JwkSet } from '@gatewarden/core'
import type { Authority } from '../authority.ts'
import type { SegmentInput } from '../compact-jws.ts'
import { hmac, isHmac, signWithPrivateKey } from '../signing-key.ts'
import { readSegment } from './read-segment.ts'

export type Members = Readonly<Record<string, unknown>>

/** The issuer whose tokens are forged, as far as it is known to whoever forges them. */
export interface KnownIssuer {
  readonly algorithm: Algorithm
  readonly clock: Clock
  /** `iss`, one `aud` and `kid` of its tokens; empty where they have none. */
  readonly issuer: string
  readonly audience: string
  readonly kid: string
  /** What is published. Undefined for a shared secret, and where it is not known. */
  readonly keys: { readonly publicKey: KeyObject; readonly jwks: JwkSet } | undefined
  /** A token that is let in. */
  readonly genuine: () => string
  /** Signed by the issuer itself, whatever the header says. */
  readonly sign: (header: SegmentInput, payload: SegmentInput) => string
  /** Text signed by the issuer's key, used with any algorithm that fits the key. */
  readonly signText: (text: string, algorithm: Algorithm) => string
}

export function knownIssuerOf(authority: Authority): KnownIssuer {
  const { algorithm, clock, issuer, audience, kid } = authority
  return {
    algorithm,
    clock,
    issuer,
    audience,
    kid,
    keys: isHmac(algorithm)
      ? undefined
      : { publicKey: authority.publicKey, jwks: authority.jwks() },
    genuine: () => authority.token(),
    sign: (header, payload) => authority.sign(header, payload),
    signText(text, used) {
      const signature = isHmac(used)
        ? hmac(used, authority.secret, text)
        : signWithPrivateKey(used, authority.privateKey, text)
      return `${text}.${signature.toString('base64url')}`
    },
  }
}

/** The header and the claims of a genuine token, to be written anew with changes. */
export function patternOf(genuine: string): { readonly header: Members; readonly claims: Members } {
  const [header = '', payload = ''] = genuine.split('.')
  return { header: readSegment(header), claims: readSegment(payload) }
}

/** The claims of one more token like it: with an identifier of its own, where tokens have one. */
export function renewed(claims: Members): Members {
  return claims.jti === undefined ? claims : { ...claims, jti: randomUUID() }
}
