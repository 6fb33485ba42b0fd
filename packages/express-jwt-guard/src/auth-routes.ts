import { expectRoutes, type HasRoutes, nodeRoutes } from '@gatewarden/core/kit'
import type { Handler } from './handler.ts'

/**
 * Express middleware that serves the routes of an issuer or a receiver, at their paths below where it is mounted, and passes on
 * everything else, `OPTIONS` included: mount `cors()` first. Body parsers may run before it, and need not.
 *
 * @throws ConfigError for what has no routes
 */
export function authRoutes(issuer: HasRoutes): Handler {
  return nodeRoutes(expectRoutes('authRoutes', issuer))
}
