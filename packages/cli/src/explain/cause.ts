import type { GuardErrorCode } from '@gatewarden/core'
import type { JsonObject, DecodedToken } from './decode-token.ts'
import type { Expectations } from './expectations.ts'
import type { Judgement } from './judge-token.ts'
import type { Paste } from './read-paste.ts'
import type { TokenKind } from './token-kind.ts'

/** One thing that is wrong, with what shows it and how to mend it. */
export interface Cause {
  /** Stable: scripts may compare it. */
  readonly id: string
  /** What a guard refuses the token with because of it; undefined for what is no reason to refuse it. */
  readonly code: GuardErrorCode | 'ERR_CONFIG' | undefined
  /** A sentence. */
  readonly what: string
  /** What it was concluded from. */
  readonly evidence: string
  /** What to do, and where. */
  readonly fix: string
}

/** Everything causes are concluded from. */
export interface Evidence {
  readonly paste: Paste
  readonly decoded: DecodedToken
  readonly kind: TokenKind
  readonly expected: Expectations
  /** Undefined when no guard was asked, for want of keys. */
  readonly judgement: Judgement | undefined
  /** Seconds. */
  readonly now: number
}

/** Looks for causes of one sort. */
export type FindCauses = (evidence: Evidence) => readonly Cause[]

/** The code of a refusal, where there is one. */
export function refusalCode({ judgement }: Evidence): Cause['code'] {
  return judgement?.refusal?.code
}

export function claimsOf({ decoded }: Evidence): JsonObject {
  return decoded.claims ?? {}
}

export function headerOf({ decoded }: Evidence): JsonObject {
  return decoded.header ?? {}
}
