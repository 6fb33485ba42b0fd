import { GuardError } from './errors.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { GuardRequest } from './request.ts'

const CUSTOM_HEADER = 'x-gatewarden'

/** RFC 9110 §9.2.1: methods by which a client asks for no change. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a write that a foreign page may have made the browser send with its cookies. It must carry
 * `X-Gatewarden: 1`, which no form and no foreign script without CORS can send, and come from an allowed origin: the
 * API's own, or one of `origins`. Clients that are no browser (no `Origin`, no `Sec-Fetch-*`) need the header alone.
 *
 * @throws GuardError `ERR_CSRF`
 */
export function checkCsrf(request: GuardRequest, origins: readonly string[] = []): void {
  if (SAFE_METHODS.has(request.method ?? '')) return
  const { headers } = request
  if (headers[CUSTOM_HEADER] !== '1') throw refused('the header X-Gatewarden: 1 is missing')

  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers
  if (origin === undefined && site === undefined && mode === undefined) return
  if (typeof origin !== 'string') throw refused('a browser sent it without an Origin')

  const isListed = origins.includes(origin)
  if (!isListed && !isOwnOrigin(origin, headers.host ?? headers[':authority']))
    throw refused(`Origin ${quoteForLog(origin)} is not allowed`)
  // Fetch Metadata: a page of another site may write only where its origin is listed.
  if (
    site !== undefined &&
    site !== 'same-origin' &&
    !(isListed && (site === 'same-site' || site === 'cross-site'))
  ) {
    throw refused(`Sec-Fetch-Site ${quoteForLog(site)} does not fit its Origin`)
  }
  if (mode === 'navigate') throw refused('it is a navigation, not a script’s request')
}

/**
 * A page cannot choose the Host its browser sends, so an Origin of that host is the API's own. Whether the host is
 * reached by https is for a proxy to know; anything but a web origin is none of ours.
 */
function isOwnOrigin(origin: string, host: string | readonly string[] | undefined): boolean {
  if (typeof host !== 'string' || !URL.canParse(origin)) return false
  const url = new URL(origin)
  const isWebOrigin =
    url.origin === origin && (url.protocol === 'https:' || url.protocol === 'http:')
  return isWebOrigin && url.host === host.toLowerCase()
}

function refused(problem: string): GuardError {
  return new GuardError('ERR_CSRF', `a request authenticated by a cookie was refused: ${problem}`)
}
