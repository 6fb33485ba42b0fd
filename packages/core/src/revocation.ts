/** The identifiers of one token by which it may have been revoked. Each counts within its issuer only. */
export interface RevocationIds {
  /** `iss`; an empty string for tokens without one. */
  readonly issuer: string
  /** `jti`, one token. */
  readonly tokenId: string | undefined
  /** `sid`, one login session. */
  readonly sessionId: string | undefined
  /** `sub`, everything of one user. */
  readonly subject: string | undefined
  /** `client_id`, everything issued to one application. */
  readonly clientId: string | undefined
  readonly tenant: string | undefined
  /** `kid`, everything signed by one key. */
  readonly keyId: string | undefined
  /** `iat`, in seconds: what was revoked "up to a moment" leaves later tokens alone. */
  readonly issuedAt: number | undefined
}

/**
 * What a guard asks, for every request, whether a token was revoked. Answer from memory: this is on the request path.
 * A view that cannot know must throw, never return false.
 *
 * A guard does not close the view: whoever made it does.
 */
export interface RevocationView {
  isRevoked(ids: RevocationIds): boolean | Promise<boolean>
  /** Resolves when it can answer; rejects when it cannot. `guard.ready()` waits for it. */
  ready?(): Promise<void>
  /** How it is, without asking anybody. Part of `guard.health()`. */
  health?(): RevocationHealth
}

/** How the copy of a process is. */
export interface RevocationHealth {
  /** `starting` until the log was read for the first time; `stale` when that was longer ago than `maxStaleness`. */
  readonly state: 'starting' | 'fresh' | 'stale'
  /** Seconds since the log was last read to its end; undefined before the first time. */
  readonly lag: number | undefined
  /** Entries held in memory. */
  readonly entries: number
  /** Revoked here, and not durable yet. */
  readonly pending: number
  /** Whether wake-ups come; without them a revocation is seen at the next reading. */
  readonly wakeUps: boolean
  /** Why the last reading failed; undefined when it did not. */
  readonly failure: string | undefined
}
