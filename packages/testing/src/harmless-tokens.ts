import type { Authority } from './authority.ts'
import { bigIntOf, bytesOf } from './forged/big-integers.ts'
import { createForge, type Forge, segmentsOf } from './forged/forge.ts'
import { groupOrder } from './forged/group-orders.ts'
import { knownIssuerOf } from './forged/known-issuer.ts'
import type { ForgedTokenOptions } from './forged-tokens.ts'

/** A token that looks odd, and is good. */
export interface HarmlessToken {
  /** Names the oddity, for good: `jti-constructor`. */
  readonly id: string
  readonly name: string
  readonly token: string
}

/** What objects have already, and what makes a value look like a promise or a list. */
const MEMBER_NAMES = { constructor: 'x', toString: 'x', hasOwnProperty: 'x', then: 'x', length: 9 }

type HarmlessRow = readonly [id: string, name: string, token: string]

/**
 * Good tokens that a guard must let in, all with `sub` `alice`: what looks like an attack on the server is plain data
 * to it. A guard that refuses one of them is too strict, or fell for it.
 */
export function harmlessTokens(
  authority: Authority,
  { lure = 'https://attacker.test' }: ForgedTokenOptions = {},
): HarmlessToken[] {
  const forge = createForge(knownIssuerOf(authority), lure)
  return [...oddHeaders(forge), ...oddClaims(forge), ...oddSignatures(forge)].map(
    ([id, name, token]) => ({ id, name, token }),
  )
}

function oddHeaders({ lure, header, claims, signed, rogue }: Forge): HarmlessRow[] {
  const rows: (readonly [id: string, name: string, parameters: Record<string, unknown>])[] = [
    ['typ-missing', 'no typ', { typ: undefined }],
    ['typ-at-jwt', 'typ at+jwt', { typ: 'at+jwt' }],
    ['typ-upper-case', 'typ AT+JWT', { typ: 'AT+JWT' }],
    ['typ-media-type', 'typ application/at+jwt', { typ: 'application/at+jwt' }],
    ['jku-ignored', 'a jku nobody follows', { jku: `${lure}/jwks` }],
    ['x5u-ignored', 'an x5u nobody follows', { x5u: `${lure}/certificate` }],
    ['jwk-ignored', 'a jwk nobody reads', { jwk: { kty: 'oct', k: 'x', kid: rogue.kid } }],
    ['header-unknown', 'an unknown parameter', { 'https://example.test/x': [1, { y: null }] }],
  ]
  return rows.map(([id, name, parameters]) => [id, name, signed(header(parameters), claims())])
}

function oddClaims({ victim, now, header, claims, signed }: Forge): HarmlessRow[] {
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`claim${at}`, at]))
  const rows: (readonly [id: string, name: string, claims: Record<string, unknown>])[] = [
    ['jti-constructor', 'jti constructor', { jti: 'constructor' }],
    ['jti-proto', 'jti __proto__', { jti: '__proto__' }],
    ['sid-to-string', 'sid toString', { sid: 'toString' }],
    ['jti-missing', 'no jti', { jti: undefined }],
    ['iat-missing', 'no iat', { iat: undefined }],
    ['aud-list', 'ours among several audiences', { aud: ['https://other.test', victim.audience] }],
    ['nbf-now', 'nbf now', { nbf: now }],
    ['exp-fraction', 'fractions of seconds', { exp: now + 299.5, iat: now - 0.5 }],
    ['exp-far', 'exp in a hundred years', { exp: now + 100 * 365 * 86_400 }],
    ['claims-named-as-members', "claims named after an object's members", MEMBER_NAMES],
    ['claims-wide', '500 claims', wide],
    ['claims-not-latin', 'letters no header can hold', { name: 'Алиса\u2028\u{1F600}' }],
    ['claims-markup', 'a script element', { name: '<script>alert(1)</script>' }],
  ]
  return [
    ...rows.map(([id, name, odd]): HarmlessRow => [id, name, signed(header(), claims(odd))]),
    // An object literal would set the prototype instead of writing the member.
    ['claims-proto', 'a claim __proto__', signed(header(), withProto(claims(), '{"admin":true}'))],
    ['claims-proto-null', 'a claim __proto__ null', signed(header(), withProto(claims(), 'null'))],
  ]
}

function withProto(claims: object, value: string): string {
  return JSON.stringify(claims).replace(/}$/, `,"__proto__":${value}}`)
}

/** (r, n − s) verifies wherever (r, s) does: a second spelling, which is why revocation goes by `jti` and not by text. */
function oddSignatures({ victim }: Forge): HarmlessRow[] {
  const order = groupOrder(victim.algorithm)
  if (order.length === 0) return []
  const [headerSegment, payloadSegment, signature] = segmentsOf(victim.genuine())
  const r = Buffer.from(signature, 'base64url').subarray(0, order.length)
  const s = Buffer.from(signature, 'base64url').subarray(order.length)
  const twin = Buffer.concat([r, bytesOf(bigIntOf(order) - bigIntOf(s), order.length)])
  const token = `${headerSegment}.${payloadSegment}.${twin.toString('base64url')}`
  return [['ecdsa-twin', 'the other signature ECDSA admits', token]]
}
