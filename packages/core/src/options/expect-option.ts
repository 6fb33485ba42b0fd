import type { Clock } from '../clock.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import { abandon } from '../maybe-promise.ts'

/** The shapes that several options share. Each throws a ConfigError that names the option, or returns the value. */

export function expectText(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new ConfigError(option, `expected a text, ${describeGiven(value)}`)
}

export function expectTexts(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value))
    throw new ConfigError(option, `expected a list of texts, ${describeGiven(value)}`)
  // Array.from(): map() passes over what a list has left out.
  return Array.from(value, (item: unknown, at) => expectText(`${option}[${at}]`, item))
}

/** A list of web origins, as browsers send them in `Origin`. */
export function expectOrigins(option: string, value: unknown): readonly string[] {
  for (const origin of expectTexts(option, value)) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    throw new ConfigError(
      option,
      `expected origins as browsers write them (https://app.example.com), ${describeGiven(origin)}`,
    )
  }
  return [...(value as string[])]
}

/** A finite number within bounds: NaN would make every comparison with it false, and so switch the check off. */
export function expectNumber(
  option: string,
  value: unknown,
  least: number,
  most: number,
  unit: string,
): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  const range = most === Infinity ? `at least ${least}` : `between ${least} and ${most}`
  throw new ConfigError(option, `expected ${unit} ${range}, ${describeGiven(value)}`)
}

export function expectFunction<F>(option: string, value: F): F {
  if (typeof value === 'function') return value
  throw new ConfigError(option, `expected a function, ${describeGiven(value)}`)
}

export function expectBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ConfigError(option, `expected true or false, ${describeGiven(value)}`)
}

/** A function that tells seconds now. One that does not would never let a token expire, or a revocation count. */
export function expectClock(option: string, value: Clock): Clock {
  expectFunction(option, value)
  const now: unknown = attempt(value)
  if (typeof now === 'number' && Number.isFinite(now)) return value
  abandon(now)
  throw new ConfigError(
    option,
    `expected a function that returns seconds; calling it, ${describeGiven(now)}`,
  )
}

function attempt(clock: Clock): unknown {
  try {
    return clock()
  } catch {
    return undefined
  }
}
