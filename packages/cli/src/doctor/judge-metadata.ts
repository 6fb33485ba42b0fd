import {
  asymmetricAlgorithms,
  describeOtherIssuer,
  isRecord,
  isSecureUrl,
  quoteForLog,
} from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'

type Metadata = Readonly<Record<string, unknown>>

/** Judges what an issuer says about itself, as far as it matters to who checks its tokens. */
export function* judgeMetadata(metadata: Metadata, issuer: string): Generator<Finding> {
  yield* judgeIssuer(metadata, issuer)
  yield* judgeJwksUri(metadata)
  yield* judgeEndpoints(metadata, issuer)
  yield* judgeAlgorithms(metadata)
  yield* listAbilities(metadata)
}

function* judgeIssuer({ issuer: named }: Metadata, asked: string): Generator<Finding> {
  const clause = 'RFC 8414 §3.3, OpenID Connect Discovery 1.0 §4.3'
  if (named === asked) {
    yield { id: 'issuer', severity: 'fine', message: 'It calls itself what you call it', clause }
    return
  }
  yield {
    id: 'issuer-differs',
    severity: 'critical',
    message: `You call it ${quoteForLog(asked)}; ${describeOtherIssuer(asked, named)}. Every character counts, and a guard refuses the metadata and the tokens.`,
    advice:
      'Configure the name that its tokens have as iss. If that is the one you wrote, mend the metadata.',
    clause,
  }
}

function* judgeJwksUri({ jwks_uri: jwksUri }: Metadata): Generator<Finding> {
  const clause = 'RFC 8414 §2, OpenID Connect Discovery 1.0 §3'
  if (jwksUri === undefined) {
    yield {
      id: 'jwks-uri-missing',
      severity: 'critical',
      message: 'The metadata has no jwks_uri: nobody can find its keys.',
      advice: 'Add it; or give the guard jwksUri, jwks or publicKey.',
      clause,
    }
  } else if (!isSecureUrl(jwksUri)) {
    yield {
      id: 'jwks-uri-insecure',
      severity: 'critical',
      message: `Its jwks_uri is ${quoteForLog(jwksUri)}, not an https URL: whoever is on the way can put in keys of their own.`,
      advice: 'Serve the keys over https.',
      clause,
    }
  }
}

function* judgeEndpoints(metadata: Metadata, issuer: string): Generator<Finding> {
  const { hostname } = new URL(issuer)
  const elsewhere = new Map<string, string[]>()
  for (const [member, value] of Object.entries(metadata)) {
    if (!/(_endpoint|^jwks_uri)$/.test(member) || typeof value !== 'string') continue
    if (member !== 'jwks_uri' && !isSecureUrl(value)) {
      yield {
        id: 'endpoint-insecure',
        severity: 'warning',
        message: `Its ${quoteForLog(member).slice(1, -1)} is ${quoteForLog(value)}, not an https URL: what is sent there can be read.`,
        advice: 'Serve it over https.',
        clause: 'RFC 8414 §6.1, RFC 6749 §3.1 and §3.2',
      }
    }
    const host = URL.canParse(value) ? new URL(value).hostname : undefined
    if (host !== undefined && host !== hostname)
      elsewhere.set(host, [...(elsewhere.get(host) ?? []), member])
  }
  for (const [host, members] of elsewhere) {
    yield {
      id: 'endpoints-elsewhere',
      severity: 'note',
      message: `On another host, ${quoteForLog(host).slice(1, -1)}: ${quoteForLog(members.join(', ')).slice(1, -1)}.`,
      advice:
        'Often meant so. If the host is not known to you, the metadata may be a copy or a fake.',
      clause: 'RFC 8414 §6.2',
    }
  }
}

const LIST = '_signing_alg_values_supported'
/** The lists in which `none` is forbidden: they say how a client proves who it is. */
const PROOFS = '_endpoint_auth_signing_alg_values_supported'
const TOKENS = 'id_token_signing_alg_values_supported'

function* judgeAlgorithms(metadata: Metadata): Generator<Finding> {
  for (const [member, value] of Object.entries(metadata)) {
    if (!member.endsWith(LIST) || !Array.isArray(value)) continue
    const names = value.filter((name) => typeof name === 'string')
    const list = quoteForLog(member).slice(1, -1)
    if (
      names.some((name) => name.toLowerCase() === 'none') &&
      (member.endsWith(PROOFS) || member === TOKENS)
    ) {
      yield {
        id: 'alg-none',
        severity: 'warning',
        message: `It offers "none" in ${list}: ${member.endsWith(PROOFS) ? 'clients would prove nothing' : 'tokens that nobody signed'}.`,
        advice: 'Take it out. A guard refuses such tokens whatever is written there.',
        clause: member.endsWith(PROOFS)
          ? 'RFC 8414 §2'
          : 'OpenID Connect Discovery 1.0 §3, RFC 8725 §3.2',
      }
    }
    if (member !== TOKENS) continue
    const secrets = names.filter((name) => /^HS\d+$/.test(name))
    if (secrets.length > 0) {
      yield {
        id: 'alg-hmac',
        severity: 'note',
        message: `It offers ${secrets.join(', ')} in ${list}: tokens signed with a secret that the client has as well.`,
        advice:
          'See that the clients of your API use none of them. A guard with public keys refuses such tokens.',
        clause: 'RFC 8725 §3.1',
      }
    }
    const unknown = names.filter((name) => !isKnown(name))
    if (unknown.length > 0) {
      yield {
        id: 'alg-unknown',
        severity: 'note',
        message: `It offers algorithms that a guard does not know: ${unknown.map(quoteForLog).join(', ')}.`,
        advice: 'Let tokens for your API be signed with one of the others.',
        clause: 'RFC 7518 §3.1',
      }
    }
    const known = names.filter((name) => asymmetricAlgorithms.includes(name as never))
    if (known.length > 0)
      yield { id: 'algorithms', severity: 'fine', message: `It signs with ${known.join(', ')}` }
  }
}

function isKnown(name: string): boolean {
  return /^(none|HS(256|384|512))$/i.test(name) || asymmetricAlgorithms.includes(name as never)
}

/** Members by which a resource server learns what else there is. */
const ABILITIES: readonly (readonly [member: string, ability: string])[] = [
  ['introspection_endpoint', 'introspection (RFC 7662)'],
  ['revocation_endpoint', 'revocation (RFC 7009)'],
  ['backchannel_logout_supported', 'back-channel logout'],
  ['dpop_signing_alg_values_supported', 'DPoP (RFC 9449)'],
  ['tls_client_certificate_bound_access_tokens', 'tokens bound to certificates (RFC 8705)'],
]

function* listAbilities(metadata: Metadata): Generator<Finding> {
  const abilities = ABILITIES.filter(([member]) => Boolean(metadata[member])).map(
    ([, name]) => name,
  )
  if (abilities.length > 0)
    yield { id: 'abilities', severity: 'fine', message: `It offers ${abilities.join(', ')}` }
}

/** Two copies of the metadata that do not say the same: which one counts is a matter of the library. */
export function* compareMetadata(one: unknown, other: unknown): Generator<Finding> {
  if (!isRecord(one) || !isRecord(other)) return
  for (const member of ['issuer', 'jwks_uri']) {
    if (one[member] === other[member]) continue
    yield {
      id: 'metadata-disagree',
      severity: 'warning',
      message: `The two documents name another ${member}: ${quoteForLog(one[member])} for OpenID Connect, ${quoteForLog(other[member])} for OAuth. A guard reads the first.`,
      advice: 'Let both say the same.',
      clause: 'RFC 8414 §5',
    }
  }
}
