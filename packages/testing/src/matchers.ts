import {
  type GuardErrorCode,
  guardErrorCodes,
  isGuardError,
  type OAuthError,
} from '@gatewarden/core'
import {
  type AnyResponse,
  type ChallengeDetails,
  problemsOfChallenge,
} from './challenge-expectation.ts'

/** What the matchers are for TypeScript: an interface of your runner's matchers extends it. */
export interface GatewardenMatchers<R = unknown> {
  /**
   * A response that refuses a request the way RFC 6750 §3 wants it: the status, a well-formed `WWW-Authenticate` with one
   * Bearer challenge and this `error`, and `Cache-Control: no-store`. Without an `error`: a request that had no token.
   */
  toChallenge(error?: OAuthError, details?: ChallengeDetails): R

  /**
   * A promise, such as `guard.verify(token)`, that a guard rejects for this reason; or a function that throws for it. To be
   * awaited.
   */
  toBeRefusedWith(code: GuardErrorCode): Promise<R>
}

interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** For `expect.extend(matchers)`. With Jest, `import '@gatewarden/testing/jest'` does that. */
export const matchers = {
  toChallenge(received: AnyResponse, error?: OAuthError, details?: ChallengeDetails): Verdict {
    const problems = problemsOfChallenge(received, error, details)
    const what = error === undefined ? 'a challenge without an error' : `the challenge ${error}`
    return problems.length === 0
      ? { pass: true, message: () => `expected the response not to be ${what}` }
      : { pass: false, message: () => `expected ${what}, but ${problems.join(', and ')}` }
  },

  async toBeRefusedWith(received: unknown, code: GuardErrorCode): Promise<Verdict> {
    // First: a promise that nobody waits for would end the process.
    const found = await outcomeOf(received)
    expectCode(code)
    return {
      pass: found === code,
      message: () =>
        found === code ? `expected no refusal with ${code}` : `expected ${code}, got ${found}`,
    }
  },
}

/** A misspelt code would be no refusal's, and `not.toBeRefusedWith` would pass for it. */
function expectCode(code: string): void {
  if (guardErrorCodes.some((known) => known === code)) return
  const words = wordsOf(code)
  const near = guardErrorCodes.filter((known) =>
    wordsOf(known).some((word) => words.includes(word)),
  )
  const hint = near.length === 0 ? 'guardErrorCodes lists them' : `near it are ${near.join(', ')}`
  throw new TypeError(`toBeRefusedWith: there is no code ${code}; ${hint}`)
}

function wordsOf(code: string): string[] {
  return String(code).toUpperCase().split('_').slice(1)
}

/** A promise, an error, or a function that throws: nothing else can be a refusal. */
function canRefuse(received: unknown): boolean {
  return typeof received === 'function' || (typeof received === 'object' && received !== null)
}

/** The code of the refusal, or what came in its place. */
async function outcomeOf(received: unknown): Promise<string> {
  if (!canRefuse(received)) {
    throw new TypeError(
      `toBeRefusedWith: expected a promise or an error, got ${received === null ? 'null' : typeof received}`,
    )
  }
  try {
    const value: unknown = await (typeof received === 'function'
      ? (received as () => unknown)()
      : received)
    return isGuardError(value) ? value.code : 'no refusal'
  } catch (error) {
    return isGuardError(error) ? error.code : `an error that is none of a guard: ${String(error)}`
  }
}
