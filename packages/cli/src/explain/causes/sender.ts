import { isRecord } from '@gatewarden/core/kit'
import { type Cause, claimsOf, type Evidence } from '../cause.ts'

/** A token that only its sender may use. */
export function senderCauses(evidence: Evidence): Cause[] {
  const { cnf } = claimsOf(evidence)
  if (cnf === undefined || evidence.kind.id === 'dpop-proof') return []
  const members = isRecord(cnf) ? Object.keys(cnf) : []
  const isDpop = members.includes('jkt')
  const isMtls = members.includes('x5t#S256')
  const by = isDpop
    ? 'a key of its sender (DPoP, RFC 9449)'
    : isMtls
      ? 'a certificate of its sender (RFC 8705)'
      : 'a key of its sender (RFC 7800)'
  return [
    {
      id: 'sender-bound',
      code: 'ERR_SENDER_CONSTRAINED',
      what: `The token is bound to ${by}, and was sent as a plain Bearer token.`,
      evidence: `it has cnf${members.length === 0 ? '' : ` with ${members.slice(0, 4).join(', ')}`}`,
      fix: isDpop
        ? 'Let the issuer give this client Bearer tokens (in Keycloak: "Require DPoP bound tokens" off), or put a gateway that checks DPoP before the API.'
        : 'Let the issuer give this client unbound tokens, or put a gateway that checks the binding before the API.',
    },
  ]
}
