import { ConfigError } from '../../src/options/config-error.ts'
import { thrownBy } from '../mint.ts'

/** The message of the ConfigError that a call throws. */
export function problemOf(call: () => unknown): string {
  const error = thrownBy(call)
  if (error instanceof ConfigError) return error.message
  throw error
}

/** What a program without types, or with variables that are not set, may hand to a preset. */
export function problemWith<A extends object>(
  preset: (options: A) => unknown,
  good: A,
  changes: Record<string, unknown>,
): string {
  return problemOf(() => preset({ ...good, ...changes }))
}

/** Arguments that are wrong wherever a text is expected. */
export const NO_TEXTS = [undefined, null, '', ' ', 'undefined', 'null', 5, true, {}]

/** The options a preset makes, without its note of having made them. */
export function plain(options: object): object {
  return Object.fromEntries(Object.entries(options))
}
