import { refusalHeaders } from './challenge.ts'
import { checkCsrf } from './check-csrf.ts'
import type { GuardError } from './errors.ts'
import { publishRejected } from './events.ts'
import { ConfigError, describeGiven } from './options/config-error.ts'
import { expectOrigins } from './options/expect-option.ts'
import { isPlainObject } from './is-record.ts'
import type { GuardRequest } from './request.ts'

/** Which pages may make a browser send a write. */
export interface CsrfOptions {
  /** The web origins that may, besides the API's own: `https://app.example.com`. Default: none. */
  readonly origins?: readonly string[]
}

/**
 * Makes the check that a cookie's write must pass, for routes without a token: a foreign page must not log a browser in
 * as somebody else. Returns the refusal, ready to be answered; undefined for a request that may pass.
 *
 * @throws ConfigError
 */
export function createCsrfJudge(
  options: CsrfOptions = {},
): (request: GuardRequest) => GuardError | undefined {
  const origins = resolveOrigins(options)
  return (request) => {
    try {
      checkCsrf(request, origins)
      return undefined
    } catch (thrown) {
      const error = thrown as GuardError
      error.headers = refusalHeaders(error, { realm: 'api', resourceMetadata: undefined })
      publishRejected(error, undefined)
      return error
    }
  }
}

function resolveOrigins(options: unknown): readonly string[] {
  if (!isPlainObject(options))
    throw new ConfigError('options', `expected { origins }, ${describeGiven(options)}`)
  const { origins = [], ...unknown } = options
  for (const name of Object.keys(unknown)) throw new ConfigError(name, 'expected origins only')
  return expectOrigins('origins', origins)
}
