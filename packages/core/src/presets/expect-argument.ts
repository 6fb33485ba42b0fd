import { isPlainObject } from '../is-record.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { commonOptionNames } from '../options/option-names.ts'
import { knownHintFor } from '../options/incumbent-options.ts'
import { presetAdditionNames } from '../options/preset-mark.ts'
import { issuerOptionNames } from '../options/resolve-issuer.ts'

/**
 * The checks that presets share. Each throws a ConfigError that names the argument (`auth0.domain`), or returns the
 * value. An argument that is written and undefined is a mistake even where it may be left out: a variable that is not
 * set must not switch a check off.
 */

/** What JavaScript makes of a missing value: `undefined`, or `https://undefined.okta.com` of a template. */
const MISSING = /(^|[./:@])(undefined|null|NaN|\[object Object\])($|[./:])/

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/
const SEGMENT = /^[\w-][\w.~-]*$/

/** An object literal without members that the preset does not know; a copy, of its own members only. */
export function expectArguments<A extends object>(
  preset: string,
  given: A,
  known: readonly (keyof A & string)[],
): A {
  if (!isPlainObject(given))
    throw new ConfigError(preset, `expected an object, ${describeGiven(given)}`)
  const taken: readonly string[] = [...known, ...presetAdditionNames]
  for (const name of Object.keys(given))
    if (!taken.includes(name))
      throw new ConfigError(`${preset}.${name}`, describeUnknown(preset, name, taken))
  return Object.assign(Object.create(null) as object, given)
}

function describeUnknown(preset: string, name: string, taken: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replace(/[_-]/g, '')
  const meant = taken.find((one) => plain(one) === plain(name) || one === `${name}Id`)
  if (meant !== undefined) return `write ${meant}`
  const isBeside = issuerOptionNames.includes(name) || commonOptionNames.includes(name)
  // Those a preset has its own word for, or none: they would replace what it says.
  const isSaid = ['issuer', 'audience', 'profile', 'tenant'].includes(name)
  return isBeside && !isSaid
    ? `it is an option of the guard, not of ${preset}(): write it beside what that returns`
    : (writtenElsewhere(name) ?? `${preset}() takes ${taken.join(', ')}`)
}

/** What other libraries have as an option, and what is here no matter of the issuer. */
function writtenElsewhere(name: string): string | undefined {
  return name === 'issuerBaseURL' || name === 'issuer' ? undefined : knownHintFor(name)
}

/** A text somebody wrote, without blanks around it. `what` says which. */
export function expectName(option: string, value: unknown, what: string): string {
  if (isWritten(value)) return value
  throw unexpected(option, what, value)
}

/** A name that stands between two slashes of a URL. */
export function expectSegment(option: string, value: unknown, what: string): string {
  if (isWritten(value) && SEGMENT.test(value)) return value
  throw unexpected(option, `${what}, alone and without slashes`, value)
}

/** A host in the form issuers have it: no scheme, no port, no slash, lower case. */
export function expectHost(option: string, value: unknown, example: string): string {
  if (isHost(value)) return value
  const host = hostWithin(value)
  throw unexpected(
    option,
    host === undefined ? `a host such as ${example}` : `the host alone (write '${host}')`,
    value,
  )
}

/** One name, or a list of at least one; of a list, a copy. */
export function expectOneOrSeveral(
  option: string,
  value: unknown,
  what: string,
  expectOne: typeof expectName = expectName,
): string | readonly string[] {
  if (!Array.isArray(value)) return expectOne(option, value, what)
  if (value.length === 0) throw unexpected(option, what, value)
  return value.map((item, at) => expectOne(`${option}[${at}]`, item, what))
}

export function unexpected(option: string, what: string, given: unknown): ConfigError {
  const hint =
    typeof given === 'string' && MISSING.test(given) ? ' (a missing environment variable?)' : ''
  return new ConfigError(option, `expected ${what}, ${describeGiven(given)}${hint}`)
}

export function isWritten(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.trim() === value && !MISSING.test(value)
}

function isHost(value: unknown): value is string {
  return isWritten(value) && HOST.test(value)
}

function hostWithin(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const url = value.includes('://') ? value : `https://${value.trim()}`
  const host = URL.canParse(url) ? new URL(url).hostname : undefined
  return isHost(host) ? host : undefined
}
