import { isRecord } from '../is-record.ts'
import { BodyError } from './body-error.ts'

/**
 * The parameters of an urlencoded text that have a value. RFC 6749 §3.2: none may be there twice, and an empty one
 * counts as omitted.
 *
 * @throws BodyError
 */
export function parseForm(text: string): ReadonlyMap<string, string> {
  const parameters = text
    .split('&')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const equals = part.indexOf('=')
      if (equals === -1) return [decode(part), '']
      return [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
    })
  return withValues(parameters)
}

/**
 * The same of what a parser of the application's made: an object of texts. Parsers make a list of a parameter that
 * is there twice, and some an object of one in brackets.
 *
 * @throws BodyError
 */
export function readParsedForm(body: unknown): ReadonlyMap<string, string> {
  if (!isRecord(body)) throw unreadable()
  return withValues(
    Object.entries(body).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      if (typeof value === 'object') throw repeated()
      throw unreadable()
    }),
  )
}

function withValues(
  parameters: readonly (readonly [name: string, value: string])[],
): ReadonlyMap<string, string> {
  const all = new Map(parameters)
  if (all.size < parameters.length) throw repeated()
  return new Map(parameters.filter(([, value]) => value !== ''))
}

/** Strict where `URLSearchParams` is not: of broken percent-encoding or UTF-8 it makes some other text. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw unreadable(cause)
  }
}

function repeated(): BodyError {
  return new BodyError(400, 'A parameter of the form is there more than once.')
}

function unreadable(cause?: unknown): BodyError {
  return new BodyError(400, 'The form cannot be read.', cause)
}
