import type { AttackCase, AttackSeverity } from './attack-case.ts'

/** What may be wrong with an answer. */
export type FindingKind =
  /** It was let in. */
  | 'let-in'
  /** No answer came in time, or the connection was cut and the server was gone. */
  | 'no-answer'
  /** 5xx for what somebody else sent. */
  | 'server-error'
  /** Refused, with a status that says something else. */
  | 'wrong-status'
  /** A 401 without `WWW-Authenticate` (RFC 9110 §15.5.2). */
  | 'no-challenge'
  /** A `WWW-Authenticate` that is not well-formed (RFC 9110 §11.6.1). */
  | 'bad-challenge'
  /** A stack trace, or a path of the server's. */
  | 'inside-shown'
  /** The signature that the token should have had. */
  | 'signature-shown'
  /** The token, or a part of it that is long enough to tell. */
  | 'token-echoed'
  /** The server asked at a URL that was in the token. */
  | 'outbound-request'
  /** A good token, refused after the attacks. */
  | 'good-token-refused'

/** Something that is wrong with the server. No part of it holds a token. */
export interface AttackFinding {
  readonly kind: FindingKind
  readonly severity: AttackSeverity
  readonly case: AttackCase
  /** The three in words. */
  readonly sent: string
  readonly came: string
  readonly expected: string
  /** The page that explains it, as a path in the repository. */
  readonly page: string
}

/** For `sort`. */
export function holesFirst(one: AttackFinding, other: AttackFinding): number {
  return Number(other.severity === 'hole') - Number(one.severity === 'hole')
}

export type AttackOutcome = 'refused' | 'let in' | 'error' | 'skipped'

export interface AttackResult {
  readonly case: AttackCase
  readonly outcome: AttackOutcome
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined
  /** Why it was skipped, or what the error was. */
  readonly reason: string | undefined
  readonly findings: readonly AttackFinding[]
}

export interface AttackReport {
  /** What was attacked: method and URL. */
  readonly target: string
  readonly results: readonly AttackResult[]
  /** Of all results, the holes first. */
  readonly findings: readonly AttackFinding[]
}

/** The run says nothing about the server, because of what is stated: the good token is refused, say, or none is needed. */
export class AttackError extends Error {
  override readonly name = 'AttackError'
  readonly code:
    | 'ERR_GOOD_TOKEN_REFUSED'
    | 'ERR_SIGNED_TOKEN_REFUSED'
    | 'ERR_NOTHING_GUARDED'
    | 'ERR_RATE_LIMITED'
    | 'ERR_UNREACHABLE'

  constructor(code: AttackError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
