import type { Claims } from './claims.ts'
import { deepFreezeForeign } from './deep-freeze.ts'
import { GuardError } from './errors.ts'
import { callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { SchemaIssue, StandardSchema } from './standard-schema.ts'

/**
 * Validates the claims, which are frozen, against the guard's schema and returns what the schema makes of them, frozen
 * too. Without a schema, the claims as they are.
 *
 * @throws GuardError `ERR_CLAIM_INVALID` (401) for claims the schema refuses, `ERR_CHECK_UNAVAILABLE` (503) when the
 *   schema threw or made something that is not plain data
 */
export function validateClaims<C>(
  claims: Claims,
  schema: StandardSchema<C> | undefined,
): MaybePromise<C> {
  if (schema === undefined) return claims as C
  return whenReady(
    callOut(() => schema['~standard'].validate(claims), unusable),
    (result) => {
      if (result.issues !== undefined) throw refused(result.issues)
      try {
        return deepFreezeForeign(result.value)
      } catch (cause) {
        throw unusable(cause)
      }
    },
  )
}

function refused(issues: readonly SchemaIssue[]): GuardError {
  // Paths only: the schema's messages may quote the claims.
  const paths = issues
    .slice(0, 8)
    .map(({ path = [] }) =>
      path.length === 0 ? 'the whole set' : quoteForLog(path.map(pathKey).join('.')),
    )
  return new GuardError(
    'ERR_CLAIM_INVALID',
    `the schema option refuses the claims: ${paths.join(', ')}`,
  )
}

function pathKey(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment)
}

function unusable(cause: unknown): GuardError {
  const reason = cause instanceof Error ? `: ${quoteForLog(cause.message)}` : ''
  return new GuardError('ERR_CHECK_UNAVAILABLE', `the schema option failed${reason}`, {
    cause,
    retryAfter: 5,
  })
}
