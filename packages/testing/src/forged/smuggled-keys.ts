import { createHash } from 'node:crypto'
import type { Jwk } from '@gatewarden/core'
import { isHmac } from '../signing-key.ts'
import type { Forge, ForgedRow } from './forge.ts'
import { selfSignedCertificate } from './self-signed-certificate.ts'

/** Keys that come along with the token, or are pointed at by it: RFC 8725 §3.10. The signature is by that very key. */
export function smuggledKeys(forge: Forge): ForgedRow[] {
  const { victim, rogue, unknownKid, header, roguelySigned } = forge
  const jwk = rogueJwk(forge)
  // A guard with several keys does not guess which one a token without kid means.
  const hasOneKey = victim.keys === undefined || victim.keys.jwks.keys.length === 1
  return [
    [
      'jwk-unknown-kid',
      "the attacker's key in jwk, under its own kid",
      unknownKid,
      roguelySigned(header({ jwk, kid: rogue.kid })),
    ],
    [
      'jwk-without-kid',
      "the attacker's key in jwk, and no kid",
      hasOneKey ? 'ERR_SIGNATURE_INVALID' : 'ERR_KEY_UNKNOWN',
      roguelySigned(header({ jwk, kid: undefined })),
    ],
    ...smugglingHeaders(forge, jwk).map(([id, name, parameters]): ForgedRow => [
      id,
      name,
      'ERR_SIGNATURE_INVALID',
      roguelySigned(header(parameters)),
    ]),
  ]
}

function smugglingHeaders(
  { victim, rogue, lure }: Forge,
  jwk: Jwk,
): (readonly [id: string, name: string, parameters: Record<string, unknown>])[] {
  const keySet = JSON.stringify({ keys: [{ ...jwk, kid: victim.kid }] })
  const at = lure.replace(/^\w+:/, '')
  return [
    ['jwk', "the attacker's key in jwk, under the right kid", { jwk }],
    ['jwk-right-kid', 'the same with the right kid in it', { jwk: { ...jwk, kid: victim.kid } }],
    ['jwks', "the attacker's key set in jwks", { jwks: { keys: [jwk] } }],
    ['jku', "the attacker's key set by URL", { jku: `${lure}/jwks` }],
    ['jku-no-scheme', 'a key set by URL without a scheme', { jku: `${at}/jwks` }],
    ['jku-userinfo', 'the issuer as user of a URL', { jku: `${victim.issuer}@${at.slice(2)}` }],
    ['jku-subdomain', 'the issuer as sub-domain', { jku: `${victim.issuer}.attacker.test/jwks` }],
    ['jku-file', 'a key set by file URL', { jku: 'file:///proc/self/environ' }],
    ['jku-data', 'a key set in a data URL', { jku: `data:application/json,${keySet}` }],
    ['jku-list', 'a list of key set URLs', { jku: [`${lure}/jwks`] }],
    ['x5u', 'a certificate by URL', { x5u: `${lure}/certificate` }],
    ...(isHmac(victim.algorithm) ? [] : [certificateRow(rogue.issuer, rogue)]),
  ]
}

function certificateRow(
  name: string,
  rogue: Forge['rogue'],
): readonly [id: string, name: string, parameters: Record<string, unknown>] {
  const certificate = selfSignedCertificate(name, rogue)
  const thumbprint = createHash('sha256').update(certificate).digest('base64url')
  const parameters = { x5c: [certificate.toString('base64')], 'x5t#S256': thumbprint }
  return ['x5c', "the attacker's certificate in x5c", parameters]
}

/** The attacker's key, as a key set of theirs would publish it. */
export function rogueJwk({ rogue }: Pick<Forge, 'rogue'>): Jwk {
  if (!isHmac(rogue.algorithm)) return rogue.jwks().keys[0] ?? {}
  return { kty: 'oct', k: rogue.secret.toString('base64url'), alg: rogue.algorithm, kid: rogue.kid }
}
