import type { RouteReply } from '@gatewarden/core'
import { type CookieSettings, writeCookie } from '../cookies.ts'
import type { TokenSet } from '../token-set.ts'
import { jsonReply } from './json-reply.ts'

/** The answer that hands out tokens: RFC 6749 §5.1, with the refresh token in a cookie where the client gets one. */
export function tokenReply(tokens: TokenSet, cookie: CookieSettings): RouteReply {
  const reply = jsonReply(200, tokens)
  if (tokens.transport !== 'cookie') return reply
  const { refreshName, accessName, path, sameSite } = cookie
  const refreshAge = tokens.refreshExpiresAt - tokens.issuedAt
  const cookies = [writeCookie(refreshName, tokens.refreshToken, path, sameSite, refreshAge)]
  if (accessName !== undefined)
    cookies.push(writeCookie(accessName, tokens.accessToken, '/', sameSite, tokens.expiresIn))
  return { ...reply, headers: { ...reply.headers, 'set-cookie': cookies } }
}

/** Takes the cookies of a client away. */
export function clearedCookies({
  refreshName,
  accessName,
  path,
  sameSite,
}: CookieSettings): readonly string[] {
  const cookies = [writeCookie(refreshName, '', path, sameSite, 0)]
  return accessName === undefined
    ? cookies
    : [...cookies, writeCookie(accessName, '', '/', sameSite, 0)]
}
