import type { RouteReply } from '@gatewarden/core'

/** RFC 6749 §5.1: whatever holds or concerns a token is for nobody's cache. */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

export function jsonReply(status: number, body: object): RouteReply {
  const headers = { ...NO_STORE, 'content-type': 'application/json' }
  return { status, headers, body: JSON.stringify(body) }
}

/** An answer that has nothing to say but that it worked. */
export function emptyReply(status: number, cookies: readonly string[] = []): RouteReply {
  const headers = cookies.length === 0 ? NO_STORE : { ...NO_STORE, 'set-cookie': cookies }
  return { status, headers, body: '' }
}
