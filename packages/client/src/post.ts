import { AuthClientError } from './errors.ts'
import type { Settings } from './resolve-options.ts'

/**
 * What a page sends to its issuer: with the cookie, and with the header that a form of a foreign page cannot send. A 307
 * would take the body to wherever it points.
 */
const AS_PAGE = {
  method: 'POST',
  credentials: 'include',
  redirect: 'error',
  headers: { 'X-Gatewarden': '1' },
} satisfies RequestInit

/** How often a refresh is sent before it counts as failed. It is the same token each time, and works again. */
export const ATTEMPTS = 3

/** What the issuer said. */
export interface Answer {
  readonly status: number
  /** In seconds. From another origin, only what CORS exposes can be read. */
  readonly retryAfter: number | undefined
  /** Its JSON; undefined where it was something else. */
  readonly body: { readonly error?: unknown } | undefined
}

/**
 * Asks the issuer: with the cookie or, where a vault has the refresh token, with a form.
 *
 * @throws AuthClientError `ERR_UNREACHABLE` without an answer
 */
export async function postToIssuer(
  { fetch, vault, timeout, refreshUrl }: Settings,
  url: string,
  refreshToken: string | undefined,
): Promise<Answer> {
  // By hand: React Native has no AbortSignal.timeout.
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeout * 1000)
  const form = vault && {
    grant_type: 'refresh_token',
    client_id: vault.clientId,
    refresh_token: refreshToken ?? '',
  }
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      ...AS_PAGE,
      // A page that goes elsewhere right after a logout still logs out.
      keepalive: url !== refreshUrl,
      signal: abort.signal,
      body: form ? new URLSearchParams(form) : null,
    })
    text = await response.text()
  } catch (cause) {
    throw new AuthClientError('ERR_UNREACHABLE', `no answer from ${url}`, { cause })
  } finally {
    clearTimeout(timer)
  }
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined
  return { status: response.status, retryAfter, body: parse(text) }
}

/** To the application's own login. Its answer is the page's to read. */
export function postJson({ fetch }: Settings, url: string | URL, body: unknown): Promise<Response> {
  const headers = { ...AS_PAGE.headers, 'Content-Type': 'application/json' }
  return fetch(url, { ...AS_PAGE, headers, body: JSON.stringify(body) })
}

/** RFC 6749 §5.2: the session has ended. A 400 of anybody else, a proxy say, has no such word. */
export function isEnded({ status, body }: Answer): boolean {
  return status === 400 && body?.error === 'invalid_grant'
}

function parse(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body']
  } catch {
    return undefined
  }
}
