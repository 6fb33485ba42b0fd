import { STATUS_CODES } from 'node:http'
import { parseChallenges } from '../challenges.ts'
import { type RawAnswer, type RawRequest, toPairs } from '../suite/raw-http.ts'
import type { Attack } from './attack.ts'
import type { AttackSeverity } from './attack-case.ts'
import type { AttackFinding, FindingKind } from './attack-report.ts'
import { insideShown } from './inside-shown.ts'

/** As bad requests are refused: RFC 6750 §3.1, RFC 6585 §5, and what servers say of lines that are too long. */
const AS_BAD_TOKEN = [400, 401, 404, 413, 414, 431]

const REFUSAL = 'a refusal: 401, WWW-Authenticate: Bearer error="invalid_token"'

/** What an answer must not hold. */
export interface Sent {
  /** The parts of tokens that were sent. */
  readonly credentials: readonly string[]
  /** The signatures that those tokens should have had, and had not. */
  readonly rightSignatures: readonly string[]
}

/** Everything that is wrong with the answer to an attack. */
export function judgeAnswer(
  attack: Attack,
  answer: RawAnswer,
  good: RawAnswer,
  sent: Sent,
): AttackFinding[] {
  const find = findingsOf(attack, answer)
  if (attack.isLetIn(answer, good)) {
    const { severity } = attack.case
    return severity === undefined ? [] : [find('let-in', severity, REFUSAL)]
  }
  if (answer.status < 400) return []
  return [
    ...statusFindings(attack, answer, find),
    ...challengeFindings(answer, find),
    ...leakFindings(answer, sent, find),
  ]
}

type Find = (kind: FindingKind, severity: AttackSeverity, expected: string) => AttackFinding

function findingsOf(attack: Attack, answer: RawAnswer): Find {
  return (kind, severity, expected) => ({
    kind,
    severity,
    case: attack.case,
    sent: attack.case.name,
    came: describe(answer, kind),
    expected,
    page: kind === 'let-in' ? attack.case.page : `docs/attacks.md#${kind}`,
  })
}

function statusFindings({ refusal }: Attack, { status }: RawAnswer, find: Find): AttackFinding[] {
  // 501 and 505: the server knows no such method or version, which is an answer.
  if (status >= 500 && status !== 501 && status !== 505)
    return [find('server-error', 'flaw', 'a refusal: what others send is no error of the server')]
  if (refusal === 'anyhow' || AS_BAD_TOKEN.includes(status)) return []
  return [find('wrong-status', 'flaw', '401, which tells a client to get another token')]
}

function challengeFindings(answer: RawAnswer, find: Find): AttackFinding[] {
  const fields = answer.fields.filter(([name]) => name.toLowerCase() === 'www-authenticate')
  if (fields.length === 0) {
    return answer.status === 401
      ? [find('no-challenge', 'flaw', '401 with WWW-Authenticate, as RFC 9110 §15.5.2 wants it')]
      : []
  }
  try {
    parseChallenges(fields.map(([, value]) => value).join(', '))
    return []
  } catch {
    return [find('bad-challenge', 'flaw', 'a WWW-Authenticate that can be read: RFC 9110 §11.6.1')]
  }
}

function leakFindings(
  { body, fields }: RawAnswer,
  { credentials, rightSignatures }: Sent,
  find: Find,
): AttackFinding[] {
  const all = [body, ...fields.flat()].join('\n')
  return [
    ...(insideShown(body) !== undefined
      ? [find('inside-shown', 'flaw', 'an answer that says nothing of the inside of the server')]
      : []),
    ...(rightSignatures.some((signature) => all.includes(signature))
      ? [find('signature-shown', 'hole', 'an answer that does not say how to sign the token')]
      : []),
    ...(credentials.some((credential) => all.includes(credential))
      ? [find('token-echoed', 'flaw', 'an answer without any part of the token')]
      : []),
  ]
}

/** The tokens in the Authorization fields of a request. */
export function tokensOf({ headers = {} }: RawRequest): string[] {
  return toPairs(headers)
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .map(([, value]) => value.slice(value.indexOf(' ') + 1))
}

/** Everything in the fields of a request that is long enough to be a segment of a token. */
export function credentialsOf({ headers = {} }: RawRequest): string[] {
  return tokensOf({ headers }).flatMap((token) => token.match(/[\w-]{30,}/g) ?? [])
}

function describe({ status, headers, body }: RawAnswer, kind: FindingKind): string {
  const line = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  const challenge = headers['www-authenticate']
  if (kind === 'bad-challenge')
    return `${line}, WWW-Authenticate: ${withoutTokens(challenge ?? '')}`
  if (kind === 'inside-shown') return `${line}, ${withoutTokens(insideShown(body) ?? '')}`
  return kind === 'let-in' || challenge === undefined ? line : `${line} with WWW-Authenticate`
}

/** Shortened, and without whatever could be a part of a token. */
export function withoutTokens(text: string): string {
  return text
    .replace(/[\w-]{24,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120)
}
