import type { AuthEventName, AuthEvents } from './events.ts'
import type { AuthState } from './state.ts'

/** Made by `createAuthClient`. Its methods need no `this`. */
export interface AuthClient {
  /** What a page can show now: the same object until something changes. */
  readonly state: AuthState
  /** Calls back after every change of `state`, and returns what ends that. Fits `useSyncExternalStore` of React. */
  readonly subscribe: (onChange: (state: AuthState) => void) => () => void
  /** Calls back for one kind of event, and returns what ends that. */
  readonly on: <Name extends AuthEventName>(
    name: Name,
    listener: (event: AuthEvents[Name]) => void,
  ) => () => void
  /**
   * Asks whether somebody is logged in. Call it when the page is loaded; what is called before waits for the answer.
   * Never rejects: without an answer the state stays `unknown`, says why, and it is tried again.
   */
  readonly start: () => Promise<AuthState>
  /**
   * `fetch` with the access token, for the origins that may have it. Refreshes first when the token has expired. Refused
   * with `invalid_token`, it refreshes once and sends the request once more, unless its body is a stream. With nobody
   * logged in, the request goes out without a token.
   *
   * @throws AuthClientError when the token has expired and no new one can be had now; and whatever `fetch` throws
   */
  readonly fetch: typeof globalThis.fetch
  /**
   * The access token, for what cannot send a header by `fetch`: a WebSocket say. `undefined` when nobody is logged in.
   *
   * @throws AuthClientError when it has expired and no new one can be had now
   */
  readonly token: () => Promise<string | undefined>
  /**
   * Refreshes now, after a change of roles say.
   *
   * @throws AuthClientError when that fails
   */
  readonly refresh: () => Promise<AuthState>
  /**
   * Posts `body` as JSON to the application's own login. An answer with an access token logs in, in every tab; any other
   * changes nothing. Resolves to the answer, for the page to read.
   *
   * @throws whatever `fetch` throws
   */
  readonly login: (url: string | URL, body: unknown) => Promise<Response>
  /**
   * Logs out, in every tab, at once. Resolves when the server knows. When it cannot be reached, this browser remembers to
   * tell it, and logs nobody in before.
   *
   * @throws AuthClientError when the server does not know yet
   */
  readonly logout: (options?: { everywhere?: boolean }) => Promise<void>
  /** Ends timers, listeners and the talk with other tabs. The session stays. */
  readonly close: () => void
}
