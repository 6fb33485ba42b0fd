import { ConfigError, describeGiven } from './config-error.ts'

/** The shapes that several options share. Each throws a ConfigError that names the option, or returns the value. */

export function expectText(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new ConfigError(option, `expected a text, ${describeGiven(value)}`)
}

export function expectTexts(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value))
    throw new ConfigError(option, `expected a list of texts, ${describeGiven(value)}`)
  return value.map((item, at) => expectText(`${option}[${at}]`, item))
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
