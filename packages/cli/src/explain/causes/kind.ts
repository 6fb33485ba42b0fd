import type { Cause, Evidence } from '../cause.ts'
import { headerOf, refusalCode } from '../cause.ts'
import { quote } from '../quote.ts'
import type { TokenKindId } from '../token-kind.ts'

const REFUSED = 'ERR_TOKEN_TYPE_REFUSED'

/** What to do with a token that is none to call an API with. */
const ADVICE: { readonly [kind in TokenKindId]?: string } = {
  'id-token':
    'The ID token tells the client who logged in. Send the access token that came with it; where there is none for your API, ask for it at the login (audience, resource, or a scope of the API).',
  'refresh-token':
    'Send the refresh token to the token endpoint only. APIs get the access token that comes in its reply.',
  'logout-token':
    'A logout token is sent by the issuer to the back-channel logout endpoint: backChannelLogout() takes it there.',
  'security-event':
    'A security event token is sent by the issuer to a receiver: securityEvents() takes it there.',
  'dpop-proof':
    'The proof belongs into the DPoP header, beside the access token in Authorization: DPoP.',
  'client-assertion':
    'A client assertion proves the client to the token endpoint (RFC 7523). APIs get the access token that comes in its reply.',
  'introspection-response':
    'This is the answer of an introspection endpoint. Send the token that was asked about.',
  'status-list': 'This is a list of the states of tokens, and no token of somebody.',
}

/** Why it is not the kind of token that is taken. */
export function kindCauses(evidence: Evidence): Cause[] {
  const { kind, expected, decoded } = evidence
  if (decoded.claims === undefined) return []
  const advice = ADVICE[kind.id]
  const isWanted = kind.id === 'id-token' && expected.profile === 'id-token'
  if (advice !== undefined && !isWanted)
    return [
      {
        id: kind.id,
        code: codeFor(evidence),
        what: `This is ${article(kind.name)}, and no access token.`,
        evidence: kind.because ?? '',
        fix: advice,
      },
    ]
  return refusalCode(evidence) === REFUSED ? [otherType(evidence)] : []
}

/** An ID token that does not say what it is passes that check, and is refused by its audience. */
function codeFor(evidence: Evidence): Cause['code'] {
  const code = refusalCode(evidence)
  return code === 'ERR_AUDIENCE_MISMATCH' || code === 'ERR_CLAIM_MISSING' ? code : REFUSED
}

function otherType(evidence: Evidence): Cause {
  const { typ } = headerOf(evidence)
  const { profile } = evidence.expected
  if (profile === 'rfc9068')
    return {
      id: 'not-rfc9068',
      code: REFUSED,
      what: 'The guard takes access tokens of RFC 9068 only, and this is of another form.',
      evidence: `its typ is ${quote(typ)}; expected "at+jwt"`,
      fix: "Keycloak and Cognito write JWT, Auth0 has the RFC 9068 dialect to be switched on for the API. Use the profile 'jwt' for the others.",
    }
  if (profile === 'id-token')
    return {
      id: 'not-an-id-token',
      code: REFUSED,
      what: 'The guard takes ID tokens, and this is none.',
      evidence: evidence.kind.because ?? `its typ is ${quote(typ)}`,
      fix: "Send the ID token, or use the profile 'jwt' for access tokens.",
    }
  return {
    id: 'typ-refused',
    code: REFUSED,
    what: 'The token says that it is of a kind which no API takes.',
    evidence: evidence.judgement?.refusal?.message ?? `its typ is ${quote(typ)}`,
    fix: 'At your own issuer, write typ: at+jwt, JWT or nothing, and no claims that belong to other kinds.',
  }
}

function article(name: string): string {
  return /^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`
}
