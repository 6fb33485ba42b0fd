import type { IncomingHttpHeaders } from 'node:http'

/** Seconds a document may be held to be fresh, whatever its server says: no hammering, and no key for a month. */
const SHORTEST = 60
export const LONGEST_FRESHNESS = 86_400

/**
 * For how many seconds an answer says that it is fresh (RFC 9111 §5.2.2.1), within 60 s and 24 h. What caches on the
 * way have used up of that (`Age`) is gone.
 *
 * @returns undefined when the answer does not say
 */
export function freshnessOf(headers: IncomingHttpHeaders): number | undefined {
  const control = headers['cache-control']?.toLowerCase()
  if (control === undefined) return undefined
  if (/(^|[\s,])no-(cache|store)\b/.test(control)) return SHORTEST
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,10})/.exec(control)?.[1]
  if (maxAge === undefined) return undefined
  const age = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0
  return Math.min(Math.max(Number(maxAge) - age, SHORTEST), LONGEST_FRESHNESS)
}
