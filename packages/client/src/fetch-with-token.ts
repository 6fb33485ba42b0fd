import type { Refresher } from './refresher.ts'
import { platform, type Settings } from './resolve-options.ts'
import type { Session } from './session.ts'

/** For how long a refused token is not replaced, in seconds, after a new one was refused, too. */
const GIVE_UP = 30

/** `fetch` with the access token, where it may have one; and once more with a new one, where that helps. */
export function fetchWithToken(
  settings: Settings,
  session: Session,
  { refresh }: Refresher,
  tokenNow: () => string | undefined | Promise<string | undefined>,
): typeof globalThis.fetch {
  /** When a new token was refused, too. Another refresh would not help: the mistake is the API's, or ours. */
  let hopelessAt = -Infinity

  return async (input, init) => {
    const request = describe(input, init)
    const { target, headers, signal, method, url } = request
    const { held, epoch: asked } = session
    const mayHaveToken = settings.origins.includes(request.origin) && !headers.has('Authorization')
    // No `await` where there is a token: the request goes out now, as the page wrote it.
    let token = mayHaveToken ? tokenNow() : undefined
    if (token instanceof Promise) token = await unlessAborted(token, signal)
    const { epoch } = session
    // What one user asked for is never sent as another, who has logged in meanwhile.
    if (!token || (held && asked !== epoch)) return settings.fetch(target, request.init)

    const send = (token: string) => {
      headers.set('Authorization', `Bearer ${token}`)
      return settings.fetch(target, { ...request.init, headers })
    }
    const response = await send(token)
    const isHopeless = Math.abs(settings.clock() - hopelessAt) < GIVE_UP
    if (isHopeless || !isInvalidToken(response)) return response

    await unlessAborted(refresh(token), signal)
    const next = epoch === session.epoch && session.held?.token
    if (!next || !isRepeatable(request, response) || !settings.retry({ method, url }))
      return response
    await response.body?.cancel()
    session.emit('retried', { method, url })
    const second = await send(next)
    if (isInvalidToken(second)) hopelessAt = settings.clock()
    return second
  }
}

/** What `fetch` would make of its arguments. They are read once and now: the page may change them while this waits. */
function describe(input: RequestInfo | URL, options: RequestInit | undefined) {
  // Texts and URLs have none of these.
  const given = input as Partial<Request>
  const base = platform.document?.baseURI ?? platform.location?.href
  const { href: url, origin } = new URL(given.url ?? (input as string), base)
  const init = { ...options }
  return {
    target: given.url ? (input as Request) : url,
    init,
    url,
    origin,
    method: (init.method ?? given.method ?? 'GET').toUpperCase(),
    headers: new Headers(init.headers ?? given.headers),
    signal: init.signal ?? given.signal,
  }
}

/**
 * A Request that was sent has lost its body, and a stream can be read once. Anything else `fetch` reads anew. A redirect is
 * an answer to what was applied: the 401 is that of the page it led to.
 */
function isRepeatable(
  { target, init, method }: ReturnType<typeof describe>,
  { redirected }: Response,
): boolean {
  const body = Object(init.body) as object
  const isStream = Symbol.asyncIterator in body || 'getReader' in body
  return !isStream && !(target as Partial<Request>).bodyUsed && !(redirected && method !== 'GET')
}

/** RFC 6750 §3.1. A 403 is about what the user may do: no other token changes that. */
function isInvalidToken({ status, headers }: Response): boolean {
  return status === 401 && /\berror="?invalid_token\b/i.test(headers.get('WWW-Authenticate') ?? '')
}

/** A caller that gives up does not wait for a refresh, for which others may wait. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    // As fetch does: whatever the caller gave.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
