import { ConfigError, describeGiven } from './options/config-error.ts'
import { own } from './own.ts'

/** How an adapter answers. Its second argument, everywhere. */
export interface AnswerOptions {
  /**
   * Hands a refusal to the framework's error handling, as a `GuardError` with `status`, `headers` and `expose`, for an
   * error handler of your own. Default false: the guard answers.
   */
  readonly forwardErrors?: boolean
}

/** Requests whose guard forwards errors; the policies behind it do the same. */
const forwarding = new WeakSet()

/**
 * Returns what a guard calls for each request: it tells the policies behind it how to answer.
 *
 * @throws ConfigError for an option that does not exist: most often one of the guard's, given in the wrong place
 */
export function rememberAnswerOptions(options: AnswerOptions): (request: object) => void {
  checkAnswerOptions(options)
  const forwardErrors = own(options, 'forwardErrors') ?? false
  return (request) => {
    // The guard that judged last speaks for the policies behind it.
    if (forwardErrors) forwarding.add(request)
    else forwarding.delete(request)
  }
}

/** True when the refusal of a request is for the framework's error handling. */
export function forwardsErrors(request: object): boolean {
  return forwarding.has(request)
}

function checkAnswerOptions(given: unknown): void {
  if (given === null || typeof given !== 'object') {
    throw new ConfigError('the second argument', 'expected { forwardErrors }')
  }
  for (const [name, value] of Object.entries(given)) {
    if (name !== 'forwardErrors') {
      throw new ConfigError(
        name,
        'the second argument takes forwardErrors only; the guard has its options in the first',
      )
    }
    if (value !== undefined && typeof value !== 'boolean') {
      throw new ConfigError(name, `expected true or false, ${describeGiven(value)}`)
    }
  }
}
