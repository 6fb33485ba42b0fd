import type { Cause, Evidence } from '../cause.ts'
import { algorithmOf, MOST_CHARACTERS } from '../decode-token.ts'
import { quote } from '../quote.ts'
import { alphabetCauses, segmentCauses } from './segments.ts'
import { signatureSegmentCauses } from './signature-segment.ts'
import { COPY_AGAIN, endOf, truncated } from './truncated.ts'

const MALFORMED = 'ERR_TOKEN_MALFORMED'

/** A blank or a comma ends the token of a header: then it is several values, and no token that is malformed. */
function malformed(token: string, otherwise: Cause['code'] = MALFORMED): Cause['code'] {
  return /[ ,]/.test(token) ? 'ERR_REQUEST_MALFORMED' : otherwise
}

/** What is wrong with the form, before anything in it is read. */
export function shapeCauses(evidence: Evidence): Cause[] {
  const first =
    placeholder(evidence) ??
    tooLarge(evidence) ??
    refreshToken(evidence) ??
    jsonSerialization(evidence) ??
    encrypted(evidence) ??
    abbreviated(evidence) ??
    severalValues(evidence) ??
    cutAtTheStart(evidence) ??
    opaque(evidence) ??
    wrongCount(evidence)
  if (first?.id === 'too-large') return [first, ...tooDeep(evidence)]
  if (first !== undefined) return [first]
  return [
    ...segmentCauses(evidence),
    ...signatureSegmentCauses(evidence),
    ...alphabetCauses(evidence),
  ]
}

function placeholder({ decoded: { token } }: Evidence): Cause | undefined {
  const isValue = /^(undefined|null|NaN|true|false|\[object \w+\]|%5Bobject.*)$/i.test(token)
  const isVariable =
    /^(\$\{?\w+\}?|\{\{.*\}\}|<?(your|my|the|access|id)?[-_ ]?(jwt|token|access_token)>?)$/i
  if (!isValue && !isVariable.test(token)) return undefined
  return {
    id: 'placeholder',
    code: malformed(token),
    what: isValue
      ? 'There was no token when the header was made.'
      : 'A name stands where the token belongs.',
    evidence: `the text is ${quote(token)}`,
    fix: isValue
      ? 'In the client, wait for the login, and send no Authorization header while there is no token.'
      : 'Replace the variable by its value: it is not set, or its name is spelled otherwise.',
  }
}

function tooLarge({ decoded: { token } }: Evidence): Cause | undefined {
  if (token.length <= MOST_CHARACTERS) return undefined
  return {
    id: 'too-large',
    code: malformed(token, 'ERR_TOKEN_TOO_LARGE'),
    what: 'The token is larger than a guard looks at.',
    evidence: `${token.length} characters; maxTokenSize is ${MOST_CHARACTERS} by default, and Node takes 16 KiB for all headers`,
    fix: 'At the issuer, take out what the API does not need: groups by the hundred, pictures, permissions that could be looked up. Raising maxTokenSize does not help where Node or a proxy refuses the header.',
  }
}

/** Why nothing of it is shown. */
function tooDeep(evidence: Evidence): Cause[] {
  return segmentCauses(evidence).filter(({ id }) => id === 'nested-too-deeply')
}

/** Refresh tokens of some issuers have a form of their own, and dots. */
function refreshToken({ kind, decoded }: Evidence): Cause | undefined {
  if (kind.id !== 'refresh-token' || decoded.claims !== undefined) return undefined
  return {
    id: 'refresh-token',
    code: decoded.segments.length === 5 ? 'ERR_TOKEN_ENCRYPTED' : MALFORMED,
    what: `This is ${kind.name}, and no access token.`,
    evidence: kind.because ?? '',
    fix: 'Send the refresh token to the token endpoint only. APIs get the access token that comes in its reply.',
  }
}

function jsonSerialization({ decoded: { token } }: Evidence): Cause | undefined {
  if (!token.startsWith('{')) return undefined
  return {
    id: 'json-serialization',
    code: malformed(token),
    what: 'This is JSON, and not the three parts with dots that a request carries.',
    evidence: /"signatures?"/.test(token)
      ? 'it has a member for the signature: the JSON serialization of RFC 7515 §7.2'
      : 'it begins with a brace',
    fix: 'Let the issuer write the compact serialization (in jose, CompactSign or SignJWT). Of a reply, send its access_token.',
  }
}

function encrypted({ kind, decoded }: Evidence): Cause | undefined {
  if (kind.id !== 'encrypted') return undefined
  const { alg, iss } = decoded.header ?? {}
  const isAuth0 = alg === 'dir' && typeof iss === 'string'
  return isAuth0
    ? {
        id: 'auth0-without-audience',
        code: 'ERR_TOKEN_ENCRYPTED',
        what: 'This is the token that Auth0 issues where the login named no API. Only Auth0 can read it.',
        evidence: `it is encrypted with "alg": "dir", and its header has iss ${quote(iss)}`,
        fix: 'Add audience, the identifier of your API at Auth0, to the login request (authorizationParams.audience in its libraries).',
      }
    : {
        id: 'encrypted',
        code: 'ERR_TOKEN_ENCRYPTED',
        what: 'The token is encrypted (JWE). A guard takes signed ones.',
        evidence: `it has five segments, and its header says alg ${quote(alg)}`,
        fix: 'At the issuer, switch encryption of access tokens off for this API. TLS keeps them from being read on the way.',
      }
}

function abbreviated({ decoded: { token } }: Evidence): Cause | undefined {
  const at = token.search(/…|\.{3}|\*{3}/)
  if (at === -1 || !token.startsWith('eyJ')) return undefined
  return {
    id: 'abbreviated',
    code: MALFORMED,
    what: 'The middle of the token is missing: this is how a program shows one, not the token itself.',
    evidence: `there are ${quote(/…|\.{3}|\*{3}/.exec(token)![0])} behind the first ${at} characters`,
    fix: 'Use the button that copies it, or take it from the request in the network tab of the browser.',
  }
}

function severalValues({ decoded: { token } }: Evidence): Cause | undefined {
  const at = token.search(/[ ,]/)
  // What is no token to begin with is explained as that.
  if (at === -1 || !token.startsWith('eyJ')) return undefined
  return {
    id: 'several-values',
    code: 'ERR_REQUEST_MALFORMED',
    what: 'There is a blank or a comma in the token: in a header, that makes it several values.',
    evidence: `${quote(token[at])} behind the first ${at} characters`,
    fix: 'Send the token alone. Where a proxy joins two Authorization headers with a comma, send one.',
  }
}

function cutAtTheStart({ decoded }: Evidence): Cause | undefined {
  const { segments, header, claims } = decoded
  // Two segments of which the first is a set of claims: the header is gone.
  const isClaims = (value: typeof header) =>
    value !== undefined &&
    value.alg === undefined &&
    ('iss' in value || 'exp' in value || 'sub' in value)
  const isHeaderGone = segments.length === 2 && isClaims(header)
  const isHeaderCut = segments.length === 3 && header === undefined && claims !== undefined
  if (!isHeaderGone && !(isHeaderCut && decoded.headerText === undefined)) return undefined
  return {
    id: 'truncated-header',
    code: MALFORMED,
    what: 'The beginning is missing: the token was not copied from its first character.',
    evidence: isHeaderGone
      ? 'two segments came, and the first holds the claims; three are expected'
      : 'the first segment cannot be read, and the second can; a token begins with eyJ',
    fix: COPY_AGAIN,
  }
}

function opaque({ kind, decoded }: Evidence): Cause | undefined {
  const { token, segments, headerText, claims } = decoded
  if (claims !== undefined || headerText !== undefined) return undefined
  const known = kind.because === undefined ? '' : `; this is ${kind.name}`
  return {
    id: 'opaque',
    code: segments.length === 5 ? 'ERR_TOKEN_ENCRYPTED' : malformed(token),
    what: 'This is no JSON Web Token. It may be an opaque token, which only its issuer understands.',
    evidence: `${segments.length} segment${segments.length === 1 ? '' : 's'} instead of 3, ${token.length} characters, and it does not begin with eyJ${known}`,
    fix: 'Ask for a token for your API at the login: audience at Auth0, resource or a scope of the API elsewhere. Where the issuer has opaque tokens only, ask its introspection endpoint (RFC 7662).',
  }
}

function wrongCount({ decoded }: Evidence): Cause | undefined {
  const { segments, headerText, header, payloadText, claims } = decoded
  const [, payload = '', signature] = segments
  if (segments.length > 3)
    return {
      id: 'segment-count',
      code: segments.length === 5 ? 'ERR_TOKEN_ENCRYPTED' : MALFORMED,
      what: 'There are too many parts.',
      evidence: `${segments.length} segments came; 3 are expected`,
      fix: 'Something was appended with a dot, or two tokens were joined. Copy it from where it was issued.',
    }
  if (segments.length === 1 || (segments.length === 2 && payload === ''))
    return header === undefined
      ? truncated('header', `the header ends in the middle: ${endOf(headerText)}`)
      : truncated('payload', 'there is a header, and no payload behind it')
  if (segments.length === 2)
    return claims === undefined
      ? truncated(
          'payload',
          `the payload ends in the middle: ${endOf(payloadText)}; 3 segments are expected, 2 came`,
        )
      : truncated('signature', '3 segments are expected, 2 came: the signature is missing')
  if (signature !== '' || algorithmOf({ header }).toLowerCase() === 'none') return undefined
  return truncated('signature', 'nothing stands behind the last dot')
}
