import type { RefreshTokenVault } from './vault.ts'

export interface AuthClientOptions {
  /** The issuer's refresh route: `/auth/refresh`, or a complete URL when the API has another origin. */
  refreshUrl: string | URL
  /** Default: `logout` beside `refreshUrl`. To log out everywhere, `-everywhere` is added to it. */
  logoutUrl?: string | URL
  /**
   * Where the access token may be sent: origins, as `https://api.example.com`. Default: the page's own and that of
   * `refreshUrl`. A request to any other goes out without it.
   */
  origins?: readonly string[]
  /**
   * When to refresh ahead, as a share of the access token's life. Default 0.85. Each tab chooses within 0.05 of it, so
   * that neither tabs nor users refresh all at once.
   */
  refreshAt?: number
  /** How long an answer to a refresh may take, in seconds, before it is sent again. Default 10, at most 3600. */
  timeout?: number
  /**
   * Whether a refused request may be sent again with a new token. Default: yes. A 401 says that the request has not been
   * applied (RFC 9110 §15.5.2). Say no to what stands behind a gateway that passes on the 401 of another service.
   */
  retry?: (request: { readonly method: string; readonly url: string }) => boolean
  /**
   * For applications without cookies, on a phone say: where the refresh token is kept. The client is one of those with
   * `transport: 'body'`.
   */
  vault?: RefreshTokenVault
  /**
   * Whether the tabs of this browser share refreshes and logouts. Default: yes in a page that uses the cookie. Only what
   * shares a cookie jar may share a token: a server that acts for several users must not.
   */
  tabs?: boolean
  /** What sends requests. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Seconds since 1970. Default: this machine's clock. */
  clock?: () => number
}
