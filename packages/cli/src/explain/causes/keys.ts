import { type Cause, type Evidence, headerOf, refusalCode } from '../cause.ts'
import { keysAtHand } from '../keys-at-hand.ts'
import { quote } from '../quote.ts'

const UNKNOWN = 'ERR_KEY_UNKNOWN'

/** Why no key was found, or none could be asked for. */
export function keyCauses(evidence: Evidence): Cause[] {
  const { judgement } = evidence
  const outage =
    refusalCode(evidence) === 'ERR_KEYS_UNAVAILABLE' ? judgement?.refusal : judgement?.outage
  if (outage !== undefined) return [outageCause(evidence, outage.message)]
  return unknownKey(evidence)
}

/** Judged from the set itself, so that it is found behind another refusal, too. */
function unknownKey(evidence: Evidence): Cause[] {
  const { judgement, expected } = evidence
  const { kid } = headerOf(evidence)
  const set = judgement?.keySet
  if (set === undefined || judgement?.signature === 'verified') return []
  const kids = set.map((jwk) => jwk.kid)
  const others = `the set has ${set.length} key${set.length === 1 ? '' : 's'}: ${kids.slice(0, 6).map(quote).join(', ')}`
  if (kid === undefined)
    return refusalCode(evidence) === UNKNOWN
      ? [
          {
            id: 'kid-missing',
            code: UNKNOWN,
            what: 'The token does not say by which key it is signed, and the set has several that fit.',
            evidence: `its header has no kid; ${others}`,
            fix: 'At the issuer, write the kid of the key into the header. Where that cannot be, give the guard the one key as publicKey.',
          },
        ]
      : []
  if (typeof kid !== 'string') return []
  if (!kids.includes(kid)) return [keyGone(kid, others, expected.keys.kind === 'set')]
  const isUsable = keysAtHand(evidence).some((key) => key.kid === kid && key.algorithms.length > 0)
  return isUsable && refusalCode(evidence) !== UNKNOWN
    ? []
    : [
        {
          id: 'key-unusable',
          code: UNKNOWN,
          what: 'The key is in the set, but no guard can use it.',
          evidence: `the key with kid ${quote(kid)} was skipped: ${describeKey(set.find((jwk) => jwk.kid === kid)!)}`,
          fix: 'A key must be public, for signatures (use: "sig", or nothing), RSA of at least 2048 bits or on a curve of its algorithm, and of an algorithm that is allowed. Mend it at the issuer.',
        },
      ]
}

function keyGone(kid: string, others: string, isFile: boolean): Cause {
  return {
    id: 'key-rotated',
    code: UNKNOWN,
    what: 'The key that signed the token is not among the keys of the issuer (any more).',
    evidence: `its header names kid ${quote(kid)}; ${others}`,
    fix: isFile
      ? 'The file is older than the token, or of another issuer: fetch the set anew. In the guard, leave the keys out, or write jwksUri, and it keeps up by itself.'
      : 'The issuer has rotated its keys: log in again. If that does not help, the token is of another environment whose issuer has the same name.',
  }
}

function describeKey({ kty, alg, use, key_ops: operations, d }: Record<string, unknown>): string {
  const facts = { kty, alg, use, key_ops: operations }
  return d === undefined ? quote(facts) : `it is a private key, ${quote(facts)}`
}

/** The core says in words why keys cannot be had; here it gets a name. */
function outageCause({ expected }: Evidence, message: string): Cause {
  const where = expected.issuer ?? (expected.keys.kind === 'url' ? expected.keys.url : 'the issuer')
  const cause = (id: string, what: string, fix: string): Cause => ({
    id,
    code: 'ERR_KEYS_UNAVAILABLE',
    what,
    evidence: message,
    fix,
  })
  if (message.includes('calls itself'))
    return cause(
      'issuer-name-differs',
      'The issuer calls itself otherwise than it is called here.',
      'Write the issuer exactly as its metadata has it: mind a slash at the end, and http or https.',
    )
  if (/ENOTFOUND|EAI_AGAIN/.test(message))
    return cause(
      'issuer-host-unknown',
      'The name of the host is not known here.',
      `Check the spelling of ${where}, and the DNS of this machine. A container may know other names than its host.`,
    )
  if (
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ECONNRESET|longer than|closed the connection/.test(
      message,
    )
  )
    return cause(
      'issuer-unreachable',
      'The issuer does not answer.',
      `Try curl -v ${where} on the same machine. A firewall, or a proxy that Node does not use by itself, may be in between; inside a container, localhost is the container.`,
    )
  if (/certificate|self.signed|CERT|issuer of/i.test(message))
    return cause(
      'issuer-certificate',
      'The certificate of the issuer is not trusted here.',
      "For a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its file, here and where the server runs. Don't switch the check off.",
    )
  if (/none \(status 404\)|there is none/.test(message))
    return cause(
      'issuer-without-metadata',
      'The issuer publishes no metadata where it should.',
      `Check the path of ${where}: a realm or tenant may be missing. For an issuer without metadata, name the key set: --jwks <url>.`,
    )
  return cause(
    'keys-unavailable',
    'The keys cannot be had.',
    'Look at what the address answers: a page, a redirect, an error? The keys must come as JSON, with status 200.',
  )
}
