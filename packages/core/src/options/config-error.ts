import { quoteForLog } from '../quote-for-log.ts'

/**
 * A configuration mistake, thrown when a guard or a policy is created: the process should not start with it.
 * Names the option, what was given and what is expected.
 */
export class ConfigError extends TypeError {
  override readonly name = 'ConfigError'
  readonly code = 'ERR_CONFIG'
  /** The option at fault, as a path: `issuers[1].audience`. */
  readonly option: string

  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`)
    this.option = option
  }
}

/**
 * Says what was given, a text in full: not for what may be a secret. A missing value is taken for what it most often
 * is, a variable that was not set.
 */
export function describeGiven(value: unknown): string {
  if (value === undefined) return 'got undefined (a missing environment variable?)'
  if (value === null) return 'got null'
  if (value === '') return 'got an empty string (a missing environment variable?)'
  // A URL may carry a password.
  if (typeof value === 'string') return `got ${quoteForLog(value.replace(/\/\/[^/@]*@/, '//…@'))}`
  if (typeof value === 'number' || typeof value === 'boolean') return `got ${String(value)}`
  if (Array.isArray(value)) return value.length === 0 ? 'got an empty list' : 'got a list'
  return `got ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}`
}
