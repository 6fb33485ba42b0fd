import type { OAuthError } from '@gatewarden/core'
import { type Challenge, parseChallenges } from './challenges.ts'

/**
 * What a response may be: of supertest, of `fetch`, of `fastify.inject`, or Node's `IncomingMessage`.
 */
export type AnyResponse =
  | { readonly status: number; readonly headers: AnyHeaders }
  | { readonly statusCode?: number | undefined; readonly headers: AnyHeaders }

type AnyHeaders = { get(name: string): string | null } | { readonly [name: string]: unknown }

/** What else a challenge must say. */
export interface ChallengeDetails {
  /** The status. Default: the one RFC 6750 §3.1 has for the error; 401 without one. */
  readonly status?: number
  /** The scopes that would have been enough, in any order. */
  readonly scope?: string
  readonly realm?: string
}

const STATUS: { readonly [error in OAuthError]: number } = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
}

/** Everything that is wrong with a refusal, in words; empty when it is as RFC 6750 §3 wants it. */
export function problemsOfChallenge(
  response: AnyResponse,
  error: OAuthError | undefined,
  details: ChallengeDetails = {},
): string[] {
  const { status = error === undefined ? 401 : STATUS[error], scope, realm } = details
  const answer = readResponse(response)
  return [
    ...(answer.status === status ? [] : [`the status is ${answer.status}; expected ${status}`]),
    ...problemsOfField(answer.header('www-authenticate'), { error, scope, realm }),
    ...problemsOfCaching(answer.header('cache-control')),
  ]
}

interface ExpectedParameters {
  readonly error: OAuthError | undefined
  readonly scope: string | undefined
  readonly realm: string | undefined
}

function problemsOfField(field: string | undefined, expected: ExpectedParameters): string[] {
  if (field === undefined) return ['there is no WWW-Authenticate']
  const challenges = tryToParse(field)
  if (challenges instanceof SyntaxError) return [challenges.message]
  const bearers = challenges.filter(({ scheme }) => scheme.toLowerCase() === 'bearer')
  const [bearer] = bearers
  if (bearer === undefined) return [`WWW-Authenticate has no Bearer challenge: ${field}`]
  if (bearers.length > 1)
    return [`WWW-Authenticate has ${bearers.length} Bearer challenges: ${field}`]
  return problemsOfParameters(bearer, expected)
}

function problemsOfParameters(
  { parameters }: Challenge,
  { error, scope, realm }: ExpectedParameters,
): string[] {
  const differs = (name: string, expected: string | undefined, found = parameters.get(name)) =>
    found === expected ? [] : [`${name} is ${quoted(found)}; expected ${quoted(expected)}`]
  return [
    // RFC 6750 §3.1: who presented no token gets no error code.
    ...differs('error', error),
    ...(scope === undefined
      ? []
      : differs('scope', sorted(scope), sorted(parameters.get('scope')))),
    ...(realm === undefined ? [] : differs('realm', realm)),
  ]
}

/** A refusal that a cache keeps is answered to whoever comes next, with a good token, too. */
function problemsOfCaching(field: string | undefined): string[] {
  if (/(^|[\s,])no-store([\s,]|$)/i.test(field ?? '')) return []
  return [`Cache-Control is ${quoted(field)}; expected no-store`]
}

function tryToParse(field: string): Challenge[] | SyntaxError {
  try {
    return parseChallenges(field)
  } catch (error) {
    return error as SyntaxError
  }
}

function readResponse(response: AnyResponse): {
  readonly status: number | undefined
  readonly header: (name: string) => string | undefined
} {
  const { headers } = response
  if (headers === null || typeof headers !== 'object')
    throw new TypeError('expected a response with status and headers: is an await missing?')
  const status = 'status' in response ? response.status : response.statusCode
  const header = (name: string) => {
    const value: unknown = isHeaders(headers) ? headers.get(name) : headers[name]
    if (Array.isArray(value)) return (value as readonly string[]).join(', ')
    return typeof value === 'string' ? value : undefined
  }
  return { status, header }
}

function isHeaders(headers: AnyHeaders): headers is { get(name: string): string | null } {
  return typeof (headers as { get?: unknown }).get === 'function'
}

function sorted(scope: string | undefined): string | undefined {
  return scope?.split(' ').sort().join(' ')
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'not there' : `'${text}'`
}
