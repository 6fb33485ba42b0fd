import type { TokenSource } from './extract-token.ts'
import type { GuardRequest } from './request.ts'

/** Says, for the log, where a token was looked for and in vain. The usual mistakes have names. */
export function describeMissing(
  { headers, body }: GuardRequest,
  sources: readonly TokenSource[],
): string {
  const hints: string[] = []
  if (sources.includes('header') && headers.authorization !== undefined) {
    hints.push('the Authorization field does not say Bearer')
  }
  if (!sources.includes('header') && headers.authorization !== undefined) {
    hints.push('the Authorization field is not read')
  }
  if (sources.includes('form') && body === undefined) {
    hints.push('there is no parsed body: mount the body parser before the guard')
  }
  const places = sources.map(describeSource).join(', ')
  return ['the request carries no access token', `looked in ${places}`, ...hints].join('; ')
}

function describeSource(source: TokenSource): string {
  if (typeof source === 'function') return 'what the tokenFrom function reads'
  return typeof source === 'string' ? `the ${source}` : `the cookie ${source.cookie}`
}
