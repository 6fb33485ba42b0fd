import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Algorithm, type Jwk, type JwkSet, systemClock } from '@gatewarden/core'
import { asymmetricAlgorithms } from '@gatewarden/core/kit'
import { signingInput } from '../compact-jws.ts'
import { type KnownIssuer, patternOf } from '../forged/known-issuer.ts'
import { readSegment } from '../forged/read-segment.ts'
import { isHmac } from '../signing-key.ts'
import type { TokenToForge } from './attack-options.ts'

const ALGORITHMS: readonly Algorithm[] = [...asymmetricAlgorithms, 'HS256', 'HS384', 'HS512']

/** Stands for the signature of a token that the issuer itself would have to sign. */
const TO_BE_SIGNED = 'to-be-signed-by-the-issuer'

/**
 * An issuer of which a token is known, and perhaps its public keys. What it would have to sign gets a signature that is
 * none: see {@link signForged}.
 *
 * @throws TypeError when the token is none that can be forged
 */
export function victimOfToken(
  token: string,
  { publicKey, clock = systemClock }: Pick<TokenToForge, 'publicKey' | 'clock'>,
): KnownIssuer {
  const { header, claims } = readToken(token)
  const { alg } = header
  const algorithm = ALGORITHMS.find((known) => known === alg)
  if (algorithm === undefined)
    throw new TypeError(`attacks: nothing is known of tokens with alg ${JSON.stringify(alg)}`)
  const aud: unknown = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud
  const toBeSigned = (text: string) => `${text}.${TO_BE_SIGNED}`
  return {
    algorithm,
    clock,
    issuer: textOf(claims.iss),
    audience: textOf(aud),
    kid: textOf(header.kid),
    keys:
      publicKey === undefined || isHmac(algorithm) ? undefined : knownKeys(publicKey, header.kid),
    genuine: () => token,
    sign: (...segments) => toBeSigned(signingInput(...segments)),
    signText: toBeSigned,
  }
}

/**
 * The token as it can be sent: as it is, or signed by the issuer where that is missing. Undefined when it cannot be
 * signed, because nobody can, or because the issuer would not write it so.
 */
export async function signForged(
  token: string,
  sign: TokenToForge['sign'],
): Promise<string | undefined> {
  if (!token.includes(TO_BE_SIGNED)) return token
  const wanted = unsignedPart(token)
  if (sign === undefined || wanted === undefined) return undefined
  try {
    const signed = await sign(wanted.claims, wanted.header)
    return isSame(signed, wanted) ? signed : undefined
  } catch {
    return undefined
  }
}

interface Contents {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

function readToken(token: string): Contents {
  try {
    return patternOf(token.trim())
  } catch (cause) {
    throw new TypeError('attacks: the token is no JWT, so there is nothing to forge', { cause })
  }
}

/** What is to be signed, where it is two JSON objects written the usual way. */
function unsignedPart(token: string): Contents | undefined {
  const [header = '', payload = '', signature, ...more] = token.split('.')
  if (signature !== TO_BE_SIGNED || more.length > 0) return undefined
  try {
    const contents = { header: readSegment(header), claims: readSegment(payload) }
    return signingInput(contents.header, contents.claims) === `${header}.${payload}`
      ? contents
      : undefined
  } catch {
    return undefined
  }
}

/** Members may have changed their order; nothing else. */
function isSame(token: string, { header, claims }: Contents): boolean {
  const [headerSegment = '', payloadSegment = ''] = token.split('.')
  return (
    canonical(readSegment(headerSegment)) === canonical(header) &&
    canonical(readSegment(payloadSegment)) === canonical(claims)
  )
}

function canonical(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function knownKeys(
  given: NonNullable<TokenToForge['publicKey']>,
  kid: unknown,
): { publicKey: KeyObject; jwks: JwkSet } {
  if (typeof given === 'object' && 'keys' in given) {
    const keys = given.keys as readonly Jwk[]
    const jwk = keys.find((key) => key.kid === kid) ?? keys[0]
    if (jwk === undefined) throw new TypeError('attacks: the key set in publicKey is empty')
    return { publicKey: fromJwk(jwk), jwks: given as JwkSet }
  }
  const publicKey = isKeyObject(given)
    ? given
    : typeof given === 'string'
      ? createPublicKey(given)
      : fromJwk(given)
  const jwk = publicKey.export({ format: 'jwk' }) as Jwk
  return { publicKey, jwks: { keys: [typeof kid === 'string' ? { ...jwk, kid } : jwk] } }
}

function isKeyObject(given: unknown): given is KeyObject {
  return typeof (given as Partial<KeyObject>).export === 'function'
}

function fromJwk(jwk: Jwk): KeyObject {
  return createPublicKey({ key: jwk, format: 'jwk' })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
