import { isCanonicalBase64url } from './base64url.ts'
import { deepFreeze } from './deep-freeze.ts'
import { GuardError } from './errors.ts'
import type { HeaderMemo } from './header-memo.ts'
import { type JoseHeader, parseHeader } from './parse-header.ts'
import { type JsonObject, parseStrictJson } from './strict-json.ts'

/** A token taken apart. Nothing in it is proven yet. */
export interface ParsedToken {
  readonly token: string
  readonly header: JoseHeader
  /** The header as it was written, by which a judged header is remembered once the signature is proven. */
  readonly headerSegment: string
  readonly unverifiedClaims: JsonObject
  /** What the signature covers: everything before the last dot. */
  readonly signingInput: string
  readonly signature: Buffer
}

/** RFC 7515 §7.1: three segments of base64url, none empty, no padding, no white space. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Takes a compact JWS apart, strictly: whatever another reader could read differently is refused.
 * The cheap checks come first, so that junk costs nothing.
 *
 * @throws GuardError `ERR_TOKEN_TOO_LARGE`, `ERR_TOKEN_MALFORMED`, `ERR_TOKEN_ENCRYPTED`, and those of `parseHeader`
 */
export function parseToken(
  token: string,
  maxTokenSize: number,
  judgedHeaders: HeaderMemo,
): ParsedToken {
  if (typeof token !== 'string') throw malformed('it is not a string')
  if (token.length > maxTokenSize) {
    throw new GuardError(
      'ERR_TOKEN_TOO_LARGE',
      `the token has ${token.length} characters; maxTokenSize allows ${maxTokenSize}`,
    )
  }
  if (!COMPACT_JWS.test(token)) throw notCompact(token)

  const firstDot = token.indexOf('.')
  const lastDot = token.lastIndexOf('.')
  const headerSegment = token.slice(0, firstDot)
  const payloadSegment = token.slice(firstDot + 1, lastDot)
  const signatureSegment = token.slice(lastDot + 1)

  const header =
    judgedHeaders.recall(headerSegment) ??
    deepFreeze(parseHeader(decodeJson(headerSegment, 'header')))
  const unverifiedClaims = decodeJson(payloadSegment, 'payload')
  if (!isCanonicalBase64url(signatureSegment))
    throw malformed('its signature is not canonical base64url')
  const signature = Buffer.from(signatureSegment, 'base64url')

  return {
    token,
    header,
    headerSegment,
    unverifiedClaims,
    signingInput: token.slice(0, lastDot),
    signature,
  }
}

function decodeJson(segment: string, part: 'header' | 'payload'): JsonObject {
  if (!isCanonicalBase64url(segment)) throw malformed(`its ${part} is not canonical base64url`)
  try {
    return parseStrictJson(Buffer.from(segment, 'base64url'))
  } catch (cause) {
    throw malformed(`its ${part} ${(cause as Error).message}`)
  }
}

/** Says what a token that is not a compact JWS is instead: the usual mistakes have names. */
function notCompact(token: string): GuardError {
  if (token.startsWith('{'))
    return malformed('it is a JSON-serialized JWS; only the compact serialization is accepted')
  if (/^bearer /i.test(token))
    return malformed('it begins with the scheme "Bearer"; give the token alone')
  if (/^["']/.test(token)) return malformed('it is in quotes')
  const segments = token.split('.', 6)
  // RFC 7516 §3.1: five segments, the second (the encrypted key) empty for direct encryption.
  if (segments.length === 5) {
    return new GuardError(
      'ERR_TOKEN_ENCRYPTED',
      'the token has five segments: it is encrypted (JWE), not signed (JWS)',
    )
  }
  if (segments.length !== 3) {
    return malformed(
      `it has ${segments.length > 5 ? 'more than five' : segments.length} segment(s) instead of three`,
    )
  }
  if (segments.includes('')) return malformed('a segment is empty')
  return malformed('it has characters outside the base64url alphabet')
}

function malformed(problem: string): GuardError {
  return new GuardError('ERR_TOKEN_MALFORMED', `the token is malformed: ${problem}`)
}
