import { parseStrictJson } from '@gatewarden/core/kit'
import type { Cause, Evidence } from '../cause.ts'
import { isCanonicalBase64url } from '../canonical-base64url.ts'
import { endOf } from './truncated.ts'

const MALFORMED = 'ERR_TOKEN_MALFORMED'

/** What is wrong with the header and the payload as JSON. */
export function segmentCauses(evidence: Evidence): Cause[] {
  const { headerText, payloadText } = evidence.decoded
  return [
    ...unreadableSegment(evidence, 'header', headerText),
    ...unreadableSegment(evidence, 'payload', payloadText),
  ]
}

function unreadableSegment(
  { decoded }: Evidence,
  part: 'header' | 'payload',
  text: string | undefined,
): Cause[] {
  const segment = decoded.segments[part === 'header' ? 0 : 1] ?? ''
  const problem = problemOf(segment, text)
  if (problem === undefined) return []
  return [
    {
      id: problem.id.replace('segment', part),
      code: MALFORMED,
      what: `The ${part} ${problem.what}.`,
      evidence: problem.evidence,
      fix: problem.fix,
    },
  ]
}

function problemOf(segment: string, text: string | undefined) {
  if (text === undefined)
    return {
      id: 'segment-not-json',
      what: 'is no JSON object',
      evidence: `its ${segment.length} characters do not decode to one`,
      fix: 'The token was changed on its way, or is no JSON Web Token. Copy it from where it was issued.',
    }
  try {
    parseStrictJson(text)
  } catch (error) {
    const { message } = error as Error
    if (message.includes('duplicate'))
      return {
        id: 'duplicate-member',
        what: 'has one member twice, so that two readers may read two different tokens',
        evidence: message,
        fix: 'At the issuer, build the claims as one object and write that as JSON: text that is put together by hand, or two mappers for one claim, do this.',
      }
    if (message.includes('deeper'))
      return {
        id: 'nested-too-deeply',
        what: message,
        evidence: 'more than 32 levels',
        fix: 'At the issuer, put references into the token, not whole structures.',
      }
    return {
      id: 'segment-not-json',
      what: 'is no JSON that can be read',
      evidence: `it begins with a brace, and ${text.trim().endsWith('}') ? 'is broken inside' : endOf(text)}`,
      fix: 'Characters are missing or were changed. Copy it from where it was issued.',
    }
  }
  return Buffer.from(segment, 'base64').toString('utf8').includes('\ufffd')
    ? {
        id: 'segment-not-utf8',
        what: 'is not well-formed UTF-8',
        evidence: 'bytes that are no characters',
        fix: 'At the issuer, encode the JSON as UTF-8, not as Latin-1, before it becomes base64url.',
      }
    : undefined
}

/** What is wrong with how the segments are written. */
export function alphabetCauses({ decoded: { token, segments } }: Evidence): Cause[] {
  if (/[+/]/.test(token))
    return [
      {
        id: 'base64-standard-alphabet',
        code: MALFORMED,
        what: 'The token is written in base64, not in base64url.',
        evidence: 'it has + or / where - and _ belong',
        fix: "At the issuer, encode with base64url: Buffer.toString('base64url') in Node, urlsafe_b64encode without padding in Python.",
      },
    ]
  if (token.includes('='))
    return [
      {
        id: 'padding',
        code: MALFORMED,
        what: 'The token has padding, which base64url in tokens does not have.',
        evidence: 'there are = signs at the end of a segment (RFC 7515 §2)',
        fix: "At the issuer, leave the padding out: toString('base64url') in Node does, rstrip('=') in Python.",
      },
    ]
  if (segments.every(isCanonicalBase64url)) return []
  return [
    {
      id: 'not-canonical',
      code: MALFORMED,
      what: 'A segment has characters, or a last character, that base64url does not have there.',
      evidence: 'encoding its bytes again gives another text',
      fix: 'The token was changed or cut by a character. Copy it from where it was issued.',
    },
  ]
}
