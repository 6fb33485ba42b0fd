import type { Route } from './route.ts'

/** The route a request is for, and the parameters of its path. */
export interface FoundRoute {
  readonly route: Route
  readonly params: { readonly [name: string]: string }
}

/** The path is one of the routes', the method is not. */
export interface MethodNotAllowed {
  /** The methods that the path has, for `Allow` (RFC 9110 §10.2.1). */
  readonly allow: readonly string[]
}

/**
 * The first route that a method and a request target fit; undefined where no route has this path. A GET route answers
 * HEAD as well.
 *
 * Paths are compared as they are sent, character by character: in another case, percent-encoded, with a slash more or a
 * dot segment, it is another path, and the application's to answer. What a proxy in front let through by its path is
 * then exactly what is served here. A parameter is decoded once and holds no slash, whichever way it was written.
 */
export function findRoute(
  routes: readonly Route[],
  method: string | undefined,
  url: string | undefined,
): FoundRoute | MethodNotAllowed | undefined {
  const path = pathOf(url)
  if (path === undefined) return undefined
  const allow = new Set<string>()
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params === undefined) continue
    const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]
    if (method !== undefined && methods.includes(method)) return { route, params }
    for (const each of methods) allow.add(each)
  }
  return allow.size === 0 ? undefined : { allow: [...allow] }
}

/** RFC 9112 §3.2.1: a path from the root, perhaps with a query. The other forms of a target are for proxies. */
function pathOf(url: string | undefined): string | undefined {
  if (url?.startsWith('/') !== true) return undefined
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

const NO_PARAMS = Object.freeze({})

function matchPath(pattern: string, path: string): FoundRoute['params'] | undefined {
  // Asked for every request of the application: most paths end here.
  if (!pattern.includes('/:')) return pattern === path ? NO_PARAMS : undefined
  const names = pattern.split('/')
  const segments = path.split('/')
  if (names.length !== segments.length) return undefined
  const params: [name: string, value: string][] = []
  for (const [at, name] of names.entries()) {
    const segment = segments[at]!
    if (!name.startsWith(':')) {
      if (name !== segment) return undefined
      continue
    }
    const value = decodeSegment(segment)
    if (value === undefined) return undefined
    params.push([name.slice(1), value])
  }
  return Object.fromEntries(params)
}

/** RFC 3986 §3.3: `1*pchar`. */
const SEGMENT = /^(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})+$/i

/** What some reader after us takes for the end of a segment or of a text. */
const SEPARATOR = /[/\\\0-\x1f\x7f]/

function decodeSegment(segment: string): string | undefined {
  if (!SEGMENT.test(segment)) return undefined
  let value: string
  try {
    value = decodeURIComponent(segment)
  } catch {
    return undefined // percent-encoded bytes that are not UTF-8
  }
  return SEPARATOR.test(value) || value === '.' || value === '..' ? undefined : value
}
