import { type Cause, claimsOf, type Evidence } from '../cause.ts'
import { compareNames, type NameDifference } from '../compare-names.ts'
import { quote } from '../quote.ts'

const MISMATCH = 'ERR_AUDIENCE_MISMATCH'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Why `aud` does not name this API. */
export function audienceCauses(evidence: Evidence): Cause[] {
  const { expected, decoded } = evidence
  const { audiences } = expected
  if (audiences.length === 0 || decoded.claims === undefined) return []
  const { aud } = claimsOf(evidence)
  const named: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]
  if (named.some((one) => typeof one !== 'string'))
    return [
      {
        id: 'audience-not-text',
        code: 'ERR_CLAIM_INVALID',
        what: 'aud is neither a text nor a list of texts.',
        evidence: `aud is ${quote(aud)}`,
        fix: 'At the issuer, write the name of the API as a string (RFC 7519 §4.1.3).',
      },
    ]
  const texts = named as readonly string[]
  if (texts.some((one) => audiences.includes(one))) return []
  return [texts.length === 0 ? noAudience(evidence) : otherAudience(evidence, texts)]
}

function noAudience(evidence: Evidence): Cause {
  const claims = claimsOf(evidence)
  const shown = `it has no aud; expected ${listOf(evidence.expected.audiences)}`
  if (claims.token_use === 'access')
    return cause(
      'cognito-without-audience',
      'Access tokens of Cognito have no aud.',
      `${shown}, and its token_use is "access"`,
      'Use the preset cognito(), which checks client_id in its place.',
    )
  return cause(
    'audience-missing',
    'The token does not say for which API it is.',
    shown,
    'At the login, name the API (audience, resource, or a scope of it); at your own issuer, write aud.',
  )
}

function otherAudience(evidence: Evidence, named: readonly string[]): Cause {
  const claims = claimsOf(evidence)
  const { audiences } = evidence.expected
  const shown = `expected ${listOf(audiences)}; the token is for ${listOf(named)}`
  const difference = differenceOf(audiences, named)
  switch (difference) {
    case 'trailing-slash':
    case 'scheme':
    case 'no-scheme':
    case 'case':
    case 'port':
    case 'blank':
      return cause(
        `audience-${difference}`,
        `${WORDS[difference]} is the difference.`,
        shown,
        'The comparison is exact. Write the audience as the issuer does, in the options of the guard, or register the API at the issuer by that name.',
      )
    default:
  }
  if (named.length === 1 && named[0] === 'account')
    return cause(
      'keycloak-account-audience',
      'The token is for the account page of Keycloak: no mapper has added your API.',
      shown,
      'At Keycloak, create a client scope with a mapper of the type Audience that adds your API, and give it to the client that logs in.',
    )
  if (named.every((one) => one.endsWith('/userinfo')))
    return cause(
      'userinfo-audience',
      'The token is for the issuer itself: the login named no API.',
      shown,
      'Add audience, the identifier of your API, to the login request.',
    )
  if (isEntraUri(audiences, named))
    return cause(
      'entra-audience',
      'It is the same API by its two names at Entra ID.',
      shown,
      'Tokens of version 1 carry api://<guid>, those of version 2 the guid. Use the preset entra(), with version: 1 for the former.',
    )
  const client = [claims.azp, claims.client_id, claims.cid].find((one) => typeof one === 'string')
  if (client !== undefined && named.every((one) => one === client))
    return cause(
      'audience-is-client',
      'The token is for the client that logged in, and not for an API.',
      `${shown}, which is the client, too`,
      'Either this is an ID token, or the login named no API. Send the access token, and ask for one for your API. Do not write the client into audience to make it pass.',
    )
  return cause(
    'audience-other',
    'The token is for another service.',
    shown,
    'Ask for a token for this API at the login. Where the API has two names, list both in audience.',
  )
}

const WORDS = {
  'trailing-slash': 'One slash at the end',
  scheme: 'http and https',
  'no-scheme': 'The https:// in front',
  case: 'Capital and small letters',
  port: 'The port',
  blank: 'A blank at the beginning or end',
} as const

function differenceOf(
  expected: readonly string[],
  found: readonly string[],
): NameDifference | undefined {
  for (const one of expected) {
    for (const other of found) {
      const difference = compareNames(one, other)
      if (difference !== undefined && difference in WORDS) return difference
    }
  }
  return undefined
}

function isEntraUri(expected: readonly string[], found: readonly string[]): boolean {
  const guidOf = (name: string) => name.replace(/^api:\/\//, '')
  return expected.some((one) =>
    found.some((other) => GUID.test(guidOf(one)) && guidOf(one) === guidOf(other)),
  )
}

function listOf(names: readonly string[]): string {
  return names.slice(0, 4).map(quote).join(', ')
}

function cause(id: string, what: string, evidence: string, fix: string): Cause {
  return { id, code: MISMATCH, what, evidence, fix }
}
