import { quoteForLog } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'
import type { TlsFacts } from './tls-facts.ts'

const DAY = 86_400

/** Days before its end at which a certificate that renews itself has long been renewed. */
const WARN_BEFORE = 14
const NOTE_BEFORE = 30

const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet: look at the clocks, too',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'who signed it is not trusted here, or not sent along',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate that signed it was not sent along',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
}

export function* judgeTls(
  host: string,
  { protocol, problem, validUntil, signedBy }: TlsFacts,
  now: number,
): Generator<Finding> {
  if (problem !== undefined) {
    yield {
      id: 'tls-untrusted',
      severity: 'critical',
      message: `The certificate of ${host} is not trusted: ${PROBLEMS[problem] ?? problem}. A guard gets no key from there.`,
      advice: adviceFor(problem),
      clause: 'RFC 8414 §6.1, RFC 9525 §6',
    }
    return
  }
  const daysLeft = Math.floor((validUntil - now) / DAY)
  const until = new Date(validUntil * 1000).toISOString().slice(0, 10)
  if (daysLeft < NOTE_BEFORE) {
    yield {
      id: 'tls-expires-soon',
      severity: daysLeft < WARN_BEFORE ? 'warning' : 'note',
      message: `The certificate of ${host} ends in ${daysLeft} days, on ${until}. From then on no key can be fetched.`,
      advice: 'Renew it, or find out why it was not renewed by itself.',
      clause: 'RFC 5280 §4.1.2.5',
    }
    return
  }
  yield {
    id: 'tls',
    severity: 'fine',
    message: `${host}: ${protocol}, certificate of ${quoteForLog(signedBy)} until ${until}`,
    clause: 'RFC 9325 §3.1.1',
  }
}

function adviceFor(problem: string): string {
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Use the name the certificate is for, or have one made for this name.'
  if (/EXPIRED|NOT_YET/.test(problem)) return 'Have it renewed.'
  return 'With an authority of your own: --ca-file here, NODE_EXTRA_CA_CERTS for your service. Otherwise let the server send the whole chain.'
}
