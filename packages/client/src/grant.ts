import type { HeldToken } from './held-token.ts'

/** What a token endpoint hands out (RFC 6749 §5.1). */
export interface Grant {
  readonly held: HeldToken
  /** Only for clients without cookies. */
  readonly refreshToken: string | undefined
}

/** RFC 6749 only recommends `expires_in`. A short guess costs a refresh, a long one a refused request. */
const GUESS = 60

/** `since`: when it was asked for. Undefined for what is no grant. */
export function readGrant(body: unknown, since: number): Grant | undefined {
  const {
    access_token: token,
    expires_in: life,
    scope,
    refresh_token: refreshToken,
  } = Object(body) as Partial<Record<string, string>>
  // Anything else is no token (RFC 6750 §2.1), and no header either. Not by a regular expression: what one was tried on last
  // can be read by every script of the page, in `RegExp.input`.
  if (!token || encodeURI(token) !== token) return undefined
  const expiresAt = since + (Number(life) >= 1 ? Number(life) : GUESS)
  const scopes = scope ? `${scope}`.split(' ') : []
  return { held: { token, since, expiresAt, scopes }, refreshToken }
}
