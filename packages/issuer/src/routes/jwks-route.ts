import { createHash } from 'node:crypto'
import type { JwkSet, Route } from '@gatewarden/core'
import { route, type RouteSettings } from './route-settings.ts'

/**
 * Seconds for which anybody may keep the keys. A key is published for at least twice as long before it signs. While the
 * issuer cannot be reached, an older set is better than none: it holds no key that was not trusted.
 */
export const JWKS_MAX_AGE = 600
const CACHE_CONTROL = `public, max-age=${JWKS_MAX_AGE}, stale-while-revalidate=60, stale-if-error=3600`

/** The public keys, RFC 7517 §5. */
export function jwksRoute(settings: RouteSettings, path: string): Route {
  // The set is the same object for as long as it is the same set.
  const written = new WeakMap<JwkSet, { body: string; etag: string }>()

  return route(settings, 'GET', path, async ({ headers }) => {
    const set = await settings.keys.jwks()
    const known = written.get(set) ?? write(set)
    written.set(set, known)
    const { body, etag } = known
    const common = {
      'cache-control': CACHE_CONTROL,
      etag,
      // Public keys are for every page, too.
      'access-control-allow-origin': '*',
    }
    if (matches(headers['if-none-match'], etag)) return { status: 304, headers: common, body: '' }
    return { status: 200, headers: { ...common, 'content-type': 'application/jwk-set+json' }, body }
  })
}

function write(set: JwkSet): { body: string; etag: string } {
  const body = JSON.stringify(set)
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` }
}

/** RFC 9110 §13.1.2: a list, compared weakly; a proxy that compressed the set has made its tag a weak one. */
function matches(field: string | readonly string[] | undefined, etag: string): boolean {
  const tags = String(field ?? '').split(',')
  return tags.some((tag) => {
    const trimmed = tag.trim()
    return trimmed === '*' || trimmed === etag || trimmed === `W/${etag}`
  })
}
