import type { KeyObject } from 'node:crypto'
import {
  type CryptoKey,
  type JWK,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose'
import type { Expected } from './setting.ts'

/** What jose takes as a key, or what finds one in a key set for it. */
export type JoseKey = CryptoKey | KeyObject | JWK | Uint8Array | JWTVerifyGetKey

/** Resolves with what jose reads in a token that it accepts. */
export type VerifyWithJose = (
  token: string,
) => Promise<{ readonly payload: JWTPayload; readonly protectedHeader: object }>

/** RFC 9068 §2.2, as an operator would have to tell jose. */
const RFC9068_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

/** The options by which jose expects what the guard expects. `exp` is one: jose requires it of nobody. */
export function josesOptions(
  expected: Expected,
  algorithms: readonly string[] | undefined,
  now: number,
): JWTVerifyOptions {
  const { issuer, audience, clockTolerance, maxTokenAge, requiredClaims, profile } = expected
  return {
    ...(algorithms !== undefined && { algorithms: [...algorithms] }),
    ...(issuer !== null && { issuer }),
    ...(audience !== null && { audience: typeof audience === 'string' ? audience : [...audience] }),
    ...(maxTokenAge !== undefined && { maxTokenAge }),
    ...(profile === 'rfc9068' && { typ: 'at+jwt' }),
    requiredClaims: ['exp', ...requiredClaims, ...(profile === 'rfc9068' ? RFC9068_CLAIMS : [])],
    clockTolerance,
    currentDate: new Date(now * 1000),
  }
}

/** Accepts what jose accepts with one of the keys. */
export function josesVerifier(keys: readonly JoseKey[], options: JWTVerifyOptions): VerifyWithJose {
  return async (token) => {
    let refusal: unknown
    for (const key of keys) {
      try {
        return await verifyWithOne(token, key, options)
      } catch (error) {
        refusal = error
      }
    }
    throw refusal as Error
  }
}

async function verifyWithOne(
  token: string,
  key: JoseKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  if (typeof key !== 'function') return jwtVerify(token, key, options)
  try {
    return await jwtVerify(token, key, options)
  } catch (error) {
    if (!offersSeveralKeys(error)) throw error
    // Where several keys of a set fit, jose hands them out, to be tried one after the other.
    for await (const candidate of error) {
      const accepted = await jwtVerify(token, candidate, options).catch(() => undefined)
      if (accepted !== undefined) return accepted
    }
    throw error
  }
}

function offersSeveralKeys(error: unknown): error is Error & AsyncIterable<CryptoKey> {
  return (error as { code?: unknown }).code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'
}
