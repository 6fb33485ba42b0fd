import { ConfigError, describeGiven } from './config-error.ts'
import { expectOrigins } from './expect-option.ts'
import type { TokenSource } from '../extract-token.ts'
import { isRecord } from '../is-record.ts'

/** RFC 6265 §4.1.1: a cookie name is an HTTP token. */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** @throws ConfigError */
export function resolveTokenSources(
  given: TokenSource | readonly TokenSource[],
): readonly TokenSource[] {
  const sources: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (sources.length === 0)
    throw new ConfigError('tokenFrom', 'expected at least one source, got an empty list')
  const resolved = sources.map((source, at) =>
    resolveSource(source, sources.length === 1 ? 'tokenFrom' : `tokenFrom[${at}]`),
  )
  // Read twice, every token would be one in two places.
  const names = resolved.map((source) =>
    typeof source === 'object' ? `cookie ${source.cookie}` : source,
  )
  if (new Set(names).size < names.length)
    throw new ConfigError('tokenFrom', 'expected each source once')
  return resolved
}

function resolveSource(source: unknown, option: string): TokenSource {
  if (source === 'header' || source === 'form' || source === 'query') return source
  if (typeof source === 'function') return source as TokenSource
  if (!isRecord(source) || !('cookie' in source)) {
    throw new ConfigError(
      option,
      `expected 'header', 'form', 'query', { cookie } or a function, ${describeGiven(source)}`,
    )
  }
  const { cookie, origins = [], ...unknown } = source
  for (const name of Object.keys(unknown))
    throw new ConfigError(`${option}.${name}`, 'expected cookie and origins only')
  if (typeof cookie !== 'string' || !COOKIE_NAME.test(cookie)) {
    throw new ConfigError(
      `${option}.cookie`,
      `expected the name of a cookie, ${describeGiven(cookie)}`,
    )
  }
  return { cookie, origins: expectOrigins(`${option}.origins`, origins) }
}
