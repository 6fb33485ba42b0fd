import { ConfigError, describeGiven, isPlainObject } from '@gatewarden/core/kit'
import type { CookieOptions } from './options.ts'

/** How the cookies of an issuer look. */
export interface CookieSettings {
  /** With its prefix. */
  readonly refreshName: string
  /** With its prefix; undefined where access tokens travel in the answer alone. */
  readonly accessName: string | undefined
  readonly path: string
  readonly sameSite: 'Strict' | 'Lax' | 'None'
}

const OPTION_NAMES = ['name', 'path', 'sameSite', 'accessToken']

/** RFC 6265 §4.1.1: a token. */
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * RFC 10017 §6.1.3.2: a cookie named `__Host-…` is one that this very host set for itself, over https: no sub-domain and
 * nobody on the way can put another in its place. That name is for `/` alone; elsewhere `__Secure-` is what remains.
 *
 * @throws ConfigError
 */
export function resolveCookie(given: unknown): CookieSettings {
  if (!isPlainObject(given))
    throw new ConfigError('cookie', `expected an object, ${describeGiven(given)}`)
  for (const name of Object.keys(given)) {
    if (!OPTION_NAMES.includes(name))
      throw new ConfigError(
        `cookie.${name}`,
        `there is no such option; there are ${OPTION_NAMES.join(', ')}`,
      )
  }
  const { name = 'gw_rt', path = '/', sameSite = 'Strict', accessToken } = given as CookieOptions
  if (typeof path !== 'string' || !/^\/[\w.~/-]*$/.test(path))
    throw new ConfigError('cookie.path', `expected a path as in /auth, ${describeGiven(path)}`)
  if (!['Strict', 'Lax', 'None'].includes(sameSite))
    throw new ConfigError(
      'cookie.sameSite',
      `expected 'Strict', 'Lax' or 'None', ${describeGiven(sameSite)}`,
    )
  if (name === accessToken)
    throw new ConfigError(
      'cookie.accessToken',
      'expected another name than that of the refresh token’s cookie',
    )
  return {
    refreshName: prefixed(expectCookieName('cookie.name', name), path),
    // The access token goes where the API is, not only to the routes of the issuer.
    accessName:
      accessToken === undefined
        ? undefined
        : prefixed(expectCookieName('cookie.accessToken', accessToken), '/'),
    path,
    sameSite,
  }
}

/** A `Set-Cookie` field that no script reads. `maxAge` in seconds; 0 takes the cookie away. */
export function writeCookie(
  name: string,
  value: string,
  path: string,
  sameSite: CookieSettings['sameSite'],
  maxAge: number,
): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; Secure; HttpOnly; SameSite=${sameSite}`
}

function prefixed(name: string, path: string): string {
  return `${path === '/' ? '__Host-' : '__Secure-'}${name}`
}

function expectCookieName(option: string, name: unknown): string {
  if (typeof name === 'string' && COOKIE_NAME.test(name) && !/^__(host|secure|http)-/i.test(name))
    return name
  throw new ConfigError(option, `expected a cookie's name without prefix, ${describeGiven(name)}`)
}
