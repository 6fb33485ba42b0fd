import type { BoundedMemo } from './bounded-memo.ts'
import { decodeBase64url, decodeBase64urlText } from './base64url.ts'
import { GuardError } from './errors.ts'
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

/**
 * Takes a compact JWS apart, strictly: whatever another reader could read differently is refused.
 * The cheap checks come first, so that junk costs nothing.
 *
 * @throws GuardError `ERR_TOKEN_TOO_LARGE`, `ERR_TOKEN_MALFORMED`, `ERR_TOKEN_ENCRYPTED`, and those of `parseHeader`
 */
export function parseToken(
  token: string,
  maxTokenSize: number,
  judgedHeaders: BoundedMemo<JoseHeader>,
): ParsedToken {
  if (typeof token !== 'string') throw malformed('it is not a string')
  if (token.length > maxTokenSize) {
    throw new GuardError(
      'ERR_TOKEN_TOO_LARGE',
      `the token has ${token.length} characters; maxTokenSize allows ${maxTokenSize}`,
    )
  }
  // RFC 7515 §7.1: three segments, none empty.
  const firstDot = token.indexOf('.')
  const lastDot = token.indexOf('.', firstDot + 1)
  const end = token.length - 1
  if (
    firstDot < 1 ||
    lastDot < firstDot + 2 ||
    lastDot === end ||
    token.includes('.', lastDot + 1)
  ) {
    throw notCompact(token)
  }
  const headerSegment = token.slice(0, firstDot)
  const payloadSegment = token.slice(firstDot + 1, lastDot)
  const signatureSegment = token.slice(lastDot + 1)

  const header =
    judgedHeaders.recall(headerSegment) ?? parseHeader(readJson(headerSegment, 'header', token))
  const unverifiedClaims = readJson(payloadSegment, 'payload', token)
  const signature = decodeBase64url(signatureSegment)
  if (signature === undefined) throw notCanonical('signature', token)

  return {
    token,
    header,
    headerSegment,
    unverifiedClaims,
    signingInput: token.slice(0, lastDot),
    signature,
  }
}

function readJson(segment: string, part: string, token: string): JsonObject {
  try {
    const text = decodeBase64urlText(segment)
    if (text !== undefined) return parseStrictJson(text)
  } catch (cause) {
    throw malformed(`its ${part} ${(cause as Error).message}`)
  }
  throw notCanonical(part, token)
}

function notCanonical(part: string, token: string): GuardError {
  return notCompact(token, `its ${part} is not canonical base64url`)
}

/** Says what a token that is not a compact JWS is instead: the usual mistakes have names. */
function notCompact(token: string, otherwise = 'a segment is empty'): GuardError {
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
  if (segments.length === 3) return malformed(otherwise)
  const count = segments.length > 5 ? 'more than five' : segments.length
  return malformed(`it has ${count} segment(s) instead of three`)
}

function malformed(problem: string): GuardError {
  return new GuardError('ERR_TOKEN_MALFORMED', `the token is malformed: ${problem}`)
}
