import { STATUS_CODES } from 'node:http'
import type { RouteReply } from './route.ts'

/** An answer that says what is wrong, as a problem document (RFC 9457), and is not to be cached. */
export function problemReply(
  status: number,
  detail: string,
  headers: RouteReply['headers'] = {},
): RouteReply {
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      ...headers,
    },
    body: JSON.stringify({ title: STATUS_CODES[status], status, detail }),
  }
}
