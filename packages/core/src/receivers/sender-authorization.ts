import { createHash, timingSafeEqual } from 'node:crypto'
import { ConfigError } from '../options/config-error.ts'
import type { GuardRequest } from '../request.ts'
import { hasRepeatedAuthorization } from '../sources/authorization-header.ts'

/** Fewer characters, scheme included, can be guessed. */
const SHORTEST = 24

/** Compares the `Authorization` of a request with those that the sender was given. */
export type SenderAuthorization = (request: GuardRequest) => boolean

/** @throws ConfigError, which never shows what was given */
export function resolveAuthorization(
  given: string | readonly string[] | undefined,
): SenderAuthorization {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0 || !list.every(isField)) {
    throw new ConfigError(
      'authorization',
      `expected the whole Authorization field that the sender sends ('Bearer …'), or a list of them, each of at least ${SHORTEST} printable characters`,
    )
  }
  const expected = list.map(digest)
  return (request) => {
    const field = request.headers.authorization
    if (typeof field !== 'string' || hasRepeatedAuthorization(request, field)) return false
    const sent = digest(field)
    // Of digests, which have one length, and all of them: how long it takes says nothing about any.
    return expected.map((one) => timingSafeEqual(one, sent)).includes(true)
  }
}

function isField(given: unknown): given is string {
  return (
    typeof given === 'string' &&
    given.length >= SHORTEST &&
    /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(given)
  )
}

function digest(field: string): Buffer {
  return createHash('sha256').update(field).digest()
}
