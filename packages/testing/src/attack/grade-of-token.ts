import type { ForgedToken } from '../forged-tokens.ts'
import type { AttackSeverity } from './attack-case.ts'

type Grade = AttackSeverity | undefined

/**
 * How bad it is when a server lets a forged token in. What counts is who can make it. A hole: anybody, or whoever holds a
 * token that was issued for something else. A flaw: the issuer alone, or nobody gains anything by it but a second spelling
 * of a good token. Neither: the specifications leave it to the server, or speak of servers that know more than Bearer.
 */
export function gradeOf({ group, id }: Pick<ForgedToken, 'group' | 'id'>): Grade {
  switch (group) {
    case 'algorithm':
      // The rest is signed by the issuer's own key: RFC 8725 §3.1 is not kept, and nobody can make it.
      return id === 'none-two-segments' || /^alg-none(?!.*-signed$)/.test(id) ? 'hole' : 'flaw'
    case 'signature':
      return MALLEABLE.has(id) ? 'flaw' : 'hole'
    case 'segments':
      if (GOOD_BUT_LONG.has(id)) return undefined
      return GOOD_BUT_FOR_THE_SEGMENTS.has(id) ? 'flaw' : 'hole'
    case 'kid':
      // Signed by the right key: a server with one key need not look at kid (RFC 7515 §4.1.4 calls it a hint).
      return RIGHT_KEY_ODD_KID.has(id) ? undefined : 'hole'
    case 'spelling':
      return 'flaw'
    case 'json':
      return ALLOWED_JSON.test(id) ? undefined : 'flaw'
    case 'header':
      return /^(crit-b64|b64-false|b64-true|zip|typ-.*|cty-.*)$/.test(id) ? undefined : 'flaw'
    case 'token-kind':
      // RFC 8725 §3.11 and §3.12 recommend it, and an issuer that keeps audiences apart does without.
      return id === 'id-token-audience' ? 'hole' : undefined
    case 'time':
      if (/^(exp-milliseconds|exp-huge|iat-future|iat-infinite)$/.test(id)) return undefined
      return /^(exp-past|exp-zero|exp-negative|nbf-future)$/.test(id) ? 'hole' : 'flaw'
    case 'audience':
      // They name this API, and something else that is no text.
      return id === 'aud-mixed' || id === 'aud-null-listed' ? undefined : 'hole'
    case 'identifier':
    case 'sender-bound':
      // RFC 9449 §7.2: a server that knows nothing of DPoP takes a bound token as plain Bearer.
      return undefined
    case 'secret':
    case 'smuggled-key':
    case 'encryption':
    case 'issuer':
      return 'hole'
  }
}

/** Made of a good signature: they verify where somebody does not look closely, for the same claims. */
const MALLEABLE = new Set([
  'ecdsa-der',
  'signature-extended',
  'signature-zero-before',
  'signature-twice',
  'signature-long',
  'rsa-plus-modulus',
  'ed25519-plus-order',
])

const GOOD_BUT_LONG = new Set(['oversize', 'oversize-kid'])

const GOOD_BUT_FOR_THE_SEGMENTS = new Set([
  'four-segments',
  'six-segments',
  'trailing-dot',
  'leading-dot',
  'json-flattened',
  'json-general',
  'json-string',
])

const RIGHT_KEY_ODD_KID = new Set(
  [
    ['null', 'number', 'true', 'query', 'empty-list', 'list', 'huge'],
    ['upper-case', 'blank-before', 'blank-after', 'nul', 'prefix', 'longer', 'empty', 'star'],
    ['pattern'],
  ]
    .flat()
    .map((id) => `kid-${id}`),
)

/**
 * Names that are there twice, where the last one is the right one (RFC 7515 §4, RFC 7519 §4 allow to go by it), a byte
 * order mark (RFC 8259 §8.1), and deep lists.
 */
const ALLOWED_JSON =
  /^(header-alg-twice|header-alg-escaped|header-kid-twice|header-crit-twice|claims-.*-(twice|escaped)|.*-byte-order-mark|claims-deep|claims-very-deep)$/
