import { STATUS_CODES } from 'node:http'
import type { GuardErrorCode } from '@gatewarden/core'
import { wireAnswer } from './wire-answers.ts'

/** What a request must be answered. */
export interface Expected {
  readonly statuses: readonly number[]
  /** Fields by lower-case name; undefined for one that must not be there. */
  readonly headers: Readonly<Record<string, string | RegExp | undefined>>
  /** The JSON of the body; undefined when it does not matter. */
  readonly body: unknown
  /** How many times a handler must have been reached. */
  readonly reached: 0 | 1
}

export interface ChallengeDetails {
  readonly realm?: string
  readonly scope?: string
  readonly resourceMetadata?: string
  /** Seconds, as they are written or what they must look like. */
  readonly retryAfter?: number | RegExp
}

/** The handler answered. */
export function passed(
  body: unknown = { sub: 'alice' },
  headers: Expected['headers'] = {},
): Expected {
  return {
    statuses: [200],
    headers: { 'www-authenticate': undefined, ...headers },
    body,
    reached: 1,
  }
}

/** The handler answered, with a token from where caches do not look for one. */
export const passedPrivately = passed({ sub: 'alice' }, { 'cache-control': 'private' })

/** The guard answered, or a policy behind it: RFC 6750 §3, RFC 9457. */
export function refused(code: GuardErrorCode, details: ChallengeDetails = {}): Expected {
  const { status, error, description } = wireAnswer(code)
  const { scope, retryAfter } = details
  const problem = { title: STATUS_CODES[status], status, detail: description, error, scope }
  return {
    statuses: [status],
    headers: {
      'www-authenticate':
        status === 401 || error !== undefined ? challenge(code, details) : undefined,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': typeof retryAfter === 'number' ? String(retryAfter) : retryAfter,
    },
    body: JSON.parse(JSON.stringify(problem)) as unknown,
    reached: 0,
  }
}

/**
 * The handler was not reached. Who answers differs: a guard in front of everything says 401, a framework that looks
 * for a route first knows no such path, method or media type, and some answer OPTIONS themselves.
 */
export const keptOut: Expected = {
  statuses: [400, 401, 403, 404, 405, 415, 204],
  headers: {},
  body: undefined,
  reached: 0,
}

function challenge(
  code: GuardErrorCode,
  { realm = 'api', scope, resourceMetadata }: ChallengeDetails,
): string {
  const { error, description } = wireAnswer(code)
  return [
    `Bearer realm="${realm}"`,
    error && `error="${error}", error_description="${description}"`,
    scope && `scope="${scope}"`,
    resourceMetadata && `resource_metadata="${resourceMetadata}"`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}
