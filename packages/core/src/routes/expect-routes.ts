import { isRecord } from '../is-record.ts'
import { isPromiseLike } from '../maybe-promise.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import type { Route } from './route.ts'

/** What has routes to mount: an issuer, a receiver of logouts or security events. */
export interface HasRoutes {
  readonly routes: readonly Route[]
}

/**
 * The routes of what `authRoutes` is given.
 *
 * @throws ConfigError
 */
export function expectRoutes(option: string, given: unknown): readonly Route[] {
  const routes = isRecord(given) ? given.routes : undefined
  if (Array.isArray(routes) && routes.every(isRoute)) return routes
  const got = isPromiseLike(given) ? 'got a promise: await it first' : describeGiven(given)
  throw new ConfigError(
    option,
    `expected an issuer or a receiver, whose routes are to be served, ${got}`,
  )
}

function isRoute(given: unknown): given is Route {
  return (
    isRecord(given) &&
    typeof given.path === 'string' &&
    given.path.startsWith('/') &&
    typeof given.handle === 'function'
  )
}
