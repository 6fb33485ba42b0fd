import { type Cause, claimsOf, type Evidence } from '../cause.ts'
import { compareNames } from '../compare-names.ts'
import { quote } from '../quote.ts'

const UNTRUSTED = 'ERR_ISSUER_UNTRUSTED'

/** Words that environments are called by, in a host or path. */
const ENVIRONMENT =
  /(?:^|[^a-z])(dev|develop|development|test|testing|qa|uat|stage|staging|sandbox|preprod|demo|local|localhost)(?:[^a-z]|$)/i

/** Why `iss` is not the issuer that is trusted. */
export function issuerCauses(evidence: Evidence): Cause[] {
  const { expected, decoded } = evidence
  const { issuer } = expected
  if (issuer === undefined || decoded.claims === undefined) return []
  const { iss } = claimsOf(evidence)
  if (iss === undefined)
    return [
      cause(
        'issuer-missing',
        'The token does not say who issued it.',
        `it has no iss; expected ${quote(issuer)}`,
        "At the issuer, write iss. Where all its tokens lack it, waive the check in writing: issuer: null in the guard's options.",
      ),
    ]
  if (typeof iss !== 'string')
    return [
      cause(
        'issuer-not-text',
        'The iss is no text.',
        `iss is ${quote(iss)}; expected ${quote(issuer)}`,
        'At the issuer, write iss as one string.',
      ),
    ]
  const difference = compareNames(issuer, iss)
  return difference === undefined ? [] : [differentIssuer(issuer, iss, difference)]
}

function differentIssuer(
  issuer: string,
  iss: string,
  difference: NonNullable<ReturnType<typeof compareNames>>,
): Cause {
  const evidence = `expected ${quote(issuer)}; the token has ${quote(iss)}`
  const write = `In the options of the guard, write issuer: '${iss}', if that is your issuer: the comparison is exact.`
  if (isEntraOfOtherVersion(issuer, iss))
    return cause(
      'entra-version',
      'Issuer and token are of different versions of Entra ID.',
      evidence,
      'The API decides: requestedAccessTokenVersion in the manifest of its registration. Set it to 2, or use the preset entra() with version: 1.',
    )
  switch (difference) {
    case 'trailing-slash':
      return cause(
        'issuer-trailing-slash',
        'One slash at the end is the difference.',
        evidence,
        write,
      )
    case 'scheme':
      return cause(
        'issuer-scheme',
        'One says http and the other https.',
        evidence,
        `${write} An issuer behind a proxy writes http when it is not told its public address: set that at the issuer.`,
      )
    case 'no-scheme':
      return cause(
        'issuer-without-scheme',
        'One has https:// in front, the other has not.',
        evidence,
        write,
      )
    case 'case':
      return cause('issuer-case', 'Capital and small letters are the difference.', evidence, write)
    case 'blank':
      return cause(
        'issuer-blank',
        'A blank at the beginning or end is the difference.',
        evidence,
        'Take it out of the variable or file the issuer is configured in.',
      )
    case 'port':
      return cause('issuer-port', 'The port is the difference.', evidence, write)
    case 'path':
      return pathDiffers(issuer, iss, evidence, write)
    case 'host':
      return hostDiffers(issuer, iss, evidence)
    default:
      return otherEnvironment(issuer, iss, evidence) ?? otherIssuer(evidence)
  }
}

function pathDiffers(issuer: string, iss: string, evidence: string, write: string): Cause {
  // Old installations of Keycloak have it, new ones do not.
  if (issuer.replace('/auth/realms/', '/realms/') === iss.replace('/auth/realms/', '/realms/'))
    return cause(
      'keycloak-auth-path',
      'The /auth of old installations of Keycloak is the difference.',
      evidence,
      write,
    )
  return cause(
    'issuer-other-tenant',
    'Same server, but another tenant or realm.',
    evidence,
    `Log in at the tenant that the server trusts, or let it trust this one: ${write.charAt(0).toLowerCase()}${write.slice(1)} Several are listed under issuers.`,
  )
}

function hostDiffers(issuer: string, iss: string, evidence: string): Cause {
  return (
    otherEnvironment(issuer, iss, evidence) ??
    cause(
      'issuer-other-host',
      'Same path, but another host: the issuer is known by two names.',
      evidence,
      'An address inside the network and the public one, or a custom domain and the original one. Tokens carry the name at which the user logged in: set the public address at the issuer (hostname in Keycloak), and write that one into the options of the guard.',
    )
  )
}

function otherEnvironment(issuer: string, iss: string, evidence: string): Cause | undefined {
  const [one, other] = [ENVIRONMENT.exec(issuer)?.[1], ENVIRONMENT.exec(iss)?.[1]]
  if (one?.toLowerCase() === other?.toLowerCase()) return undefined
  return cause(
    'other-environment',
    'The token is of another environment.',
    evidence,
    'Log in at the issuer of this environment. Let no production server trust the issuer of a test environment.',
  )
}

function otherIssuer(evidence: string): Cause {
  return cause(
    'issuer-other',
    'The token is of another issuer.',
    evidence,
    'Send it to the service it was issued for, or add its issuer under issuers in the options of the guard.',
  )
}

function isEntraOfOtherVersion(issuer: string, iss: string): boolean {
  const [v1, v2] = [/^https:\/\/sts\.windows\.net\//, /^https:\/\/login\.microsoftonline\.com\//]
  return (v1.test(issuer) && v2.test(iss)) || (v2.test(issuer) && v1.test(iss))
}

function cause(id: string, what: string, evidence: string, fix: string): Cause {
  return { id, code: UNTRUSTED, what, evidence, fix }
}
