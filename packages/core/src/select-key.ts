import { GuardError } from './errors.ts'
import type { KeyRecord } from './keys/key-record.ts'
import type { JoseHeader } from './parse-header.ts'
import { quoteForLog } from './quote-for-log.ts'

/**
 * The keys, of those one issuer may sign with, that a token's `alg` and `kid` admit (RFC 7517 §4.5). The header
 * narrows the choice; it never adds to it: `jwk`, `jku`, `x5u` and `x5c` are not looked at (RFC 8725 §3.10).
 *
 * @throws GuardError `ERR_KEY_UNKNOWN`, `ERR_ALGORITHM_REFUSED`
 */
export function selectKeys(header: JoseHeader, keys: readonly KeyRecord[]): readonly KeyRecord[] {
  const fitting = keys.filter(
    (key) => answersTo(key, header.kid) && key.algorithms.includes(header.alg),
  )
  if (fitting.length === 0) throw noneFits(header, keys)
  // A token without kid may use a key set only where that leaves no choice: trying every key of a set would let
  // whoever sends tokens decide how much work each of them costs.
  if (header.kid === undefined && fitting.length > 1 && !fitting.every((key) => key.servesAnyKid)) {
    throw new GuardError(
      'ERR_KEY_UNKNOWN',
      `the token names no kid and ${fitting.length} keys of the set fit ${header.alg}`,
    )
  }
  return fitting
}

function answersTo(key: KeyRecord, kid: string | undefined): boolean {
  return key.trusted && (key.servesAnyKid || kid === undefined || key.kid === kid)
}

function noneFits({ alg, kid }: JoseHeader, keys: readonly KeyRecord[]): GuardError {
  const named = keys.filter((key) => answersTo(key, kid))
  if (named.length === 0)
    return new GuardError('ERR_KEY_UNKNOWN', `no trusted key has kid ${quoteForLog(kid)}`)
  const expected = [...new Set(named.flatMap((key) => key.algorithms))].join(', ')
  return new GuardError(
    'ERR_ALGORITHM_REFUSED',
    `the token says alg ${alg}; its key verifies ${expected} only`,
  )
}
