/** Something that the server saw happen to a session, or to its keys. Holds no token. */
export type JournalEvent = Login | Refresh | Reuse | End | KeyChange

interface Seen {
  /** Counts up. */
  readonly id: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number
  /** Who sent the request, as they say: `Tab 1`, `the thief`. */
  readonly by: string
}

interface OfSession extends Seen {
  readonly sid: string
}

export interface Login extends OfSession {
  readonly type: 'login'
  /** When the access token expires, as `at`. */
  readonly expiresAt: number
}

export interface Refresh extends OfSession {
  readonly type: 'refresh'
  /** `rotated`, `replayed`, or why not. */
  readonly outcome: string
  /** How many refresh tokens the session has had by now. */
  readonly generation: number
  /** Of the new access token, as `at`. */
  readonly expiresAt?: number
}

/** Two parties have the tokens of one session. */
export interface Reuse extends OfSession {
  readonly type: 'reuse'
  /** How many uses the token was behind. */
  readonly gap: number
}

export interface End extends OfSession {
  readonly type: 'end'
  readonly reason: string
}

export interface KeyChange extends Seen {
  readonly type: 'key'
  readonly kid: string
  readonly change: string
}
