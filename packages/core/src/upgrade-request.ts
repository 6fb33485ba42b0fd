import type { GuardRequest } from './request.ts'

/**
 * The request that opened a connection, to be admitted like any other. `tokens` are those that came on another way,
 * because browsers cannot set `Authorization` for a WebSocket; undefined and null are none. Together with the header,
 * two of them are one too many.
 *
 * Any page can open a WebSocket with the cookies of your users, so it counts as a write: a cookie passes only from an
 * allowed origin. The header that writes need besides cannot be set either, but a browser never leaves `Origin` out.
 */
export function upgradeRequest(opened: GuardRequest, ...tokens: unknown[]): GuardRequest {
  const { url, headers, rawHeaders } = opened
  const given = tokens.filter((token) => token !== undefined && token !== null).map(asBearer)
  const fromHeader = headers.authorization ?? []
  return {
    method: 'POST',
    url,
    rawHeaders,
    headers: {
      ...headers,
      ...(given.length > 0 && { authorization: [fromHeader, given].flat() }),
      ...(headers.origin !== undefined && { 'x-gatewarden': '1' }),
    },
  }
}

/** With or without the scheme, as both are in use; anything but a text cannot be read. */
function asBearer(token: unknown): string {
  const text = Buffer.isBuffer(token) ? token.toString() : token
  if (typeof text !== 'string') return 'Bearer'
  return /^bearer /i.test(text) ? text : `Bearer ${text}`
}
