import type { Agent } from 'node:http'
import type { RawAnswer, RawRequest } from '../suite/raw-http.ts'
import type { AttackCase } from './attack-case.ts'

/** The server under attack, and how to ask it. */
export interface AttackedServer {
  /** A token that it lets in. */
  readonly goodToken: string
  /** The request that wants a token, with changes, and without a token. */
  readonly request: (changes?: RawRequest) => RawRequest
  readonly send: (request: RawRequest, agent?: Agent) => Promise<RawAnswer>
}

/** One thing to try, and how its answer is judged. */
export interface Attack {
  readonly case: AttackCase
  /** Why it cannot be tried here. */
  readonly skipped?: string | undefined
  /** Sends what there is to send. Of several requests, the answer that counts. */
  readonly send: (server: AttackedServer) => Promise<RawAnswer>
  /** Whether that was let in, beside the answer to the good token. */
  readonly isLetIn: (answer: RawAnswer, good: RawAnswer) => boolean
  /**
   * How it must be refused. `as-bad-token`: 401 or 400, or 431 for its length. `anyhow`: there is no such method or path,
   * or what is not looked at is no token.
   */
  readonly refusal: 'as-bad-token' | 'anyhow'
}

/** Something was answered that is no refusal: 2xx, or 3xx. */
export function isSuccess({ status }: RawAnswer): boolean {
  return status >= 200 && status < 400
}

/**
 * What the good token gets, and not something else that is public: a single-page application answers any path with its
 * start page, and a framework answers OPTIONS by itself.
 */
export function isSameAnswer(answer: RawAnswer, good: RawAnswer): boolean {
  if (!isSuccess(answer)) return false
  return answer.body === good.body || shapeOf(answer.body) === shapeOf(good.body)
}

/** The names in a JSON object, as times and ids in it differ from answer to answer; NaN is the same as nothing. */
function shapeOf(body: string): string | number {
  try {
    const value: unknown = JSON.parse(body)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return NaN
    return Object.keys(value).join()
  } catch {
    return NaN
  }
}
