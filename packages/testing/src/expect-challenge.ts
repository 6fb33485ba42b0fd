import { AssertionError } from 'node:assert/strict'
import type { OAuthError } from '@gatewarden/core'
import {
  type AnyResponse,
  type ChallengeDetails,
  problemsOfChallenge,
} from './challenge-expectation.ts'

/**
 * Asserts that a response refuses a request the way RFC 6750 §3 wants it: the status, a well-formed `WWW-Authenticate` with
 * one Bearer challenge and this `error`, and `Cache-Control: no-store`. For `node:test`, and any other runner; Jest has
 * `toChallenge`.
 *
 * @param error undefined for a request without a token, which gets a challenge and no error
 * @throws AssertionError that says all that is wrong
 */
export function expectChallenge(
  response: AnyResponse,
  error?: OAuthError,
  details?: ChallengeDetails,
): void {
  const problems = problemsOfChallenge(response, error, details)
  if (problems.length === 0) return
  throw new AssertionError({ message: problems.join('\n'), stackStartFn: expectChallenge })
}
