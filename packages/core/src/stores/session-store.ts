/**
 * One login session as a store keeps it: a family of refresh tokens, of which the newest is the head. Nothing in it
 * logs anyone in: a refresh token is derived from `handle` and `generation` with a key that no store holds.
 *
 * All times are seconds since the epoch by the caller's clock, never by the store's.
 */
export interface SessionRow {
  /** 128 random bits that appear nowhere else: the family's name in its refresh tokens. */
  readonly handle: string
  /** The session's public name: `sid` of its access tokens. Unrelated to `handle`. */
  readonly sid: string
  readonly subject: string
  /** The `client_id` it was opened for. */
  readonly client: string
  /** The key its tokens are bound to, as `jkt:…` or `x5t:…`; empty for none. */
  readonly binding: string
  /** How often it was rotated: the number of the head. Starts at 0. */
  readonly generation: number
  /** When the head became it. */
  readonly rotatedAt: number
  /** How often the token before the head was presented again. Starts at 0 with every head. */
  readonly replays: number
  /** The head at the last replay that came late, and when the first of them came; null where there was none. */
  readonly lateGeneration: number | null
  readonly lateAt: number | null
  readonly createdAt: number
  /** When it ends unless it is rotated before. Never later than `expiresAt`. */
  readonly idleExpiresAt: number
  /** When it ends whatever happens. */
  readonly expiresAt: number
  /** When it was ended before its time; null while it was not. */
  readonly revokedAt: number | null
  /** Why; null while it was not. */
  readonly revokedFor: string | null
  /** What the issuer keeps of it besides, as text. No store looks into it. */
  readonly data: string
}

/** Presents the head of a session to get the next one. */
export interface RotateStep {
  readonly handle: string
  /** Of the token that is presented. */
  readonly generation: number
  readonly client: string
  readonly binding: string
  readonly now: number
  /** When the session ends from now on unless it is rotated again. */
  readonly idleExpiresAt: number
}

/** Notes that the token before the head was presented again. */
export interface ReplayStep {
  readonly handle: string
  /** Of the head. */
  readonly generation: number
  readonly now: number
  /** Whether it came after the time in which replays are no news. */
  readonly late: boolean
}

/**
 * Where login sessions are kept. Every method is one atomic step, for any number of processes, and idempotent where it
 * says so. A store that cannot be reached rejects; it never answers as if it had looked.
 */
export interface SessionStore {
  /** Keeps a new session. Rejects when its handle or sid is taken. */
  insert(session: SessionRow): Promise<void>

  find(handle: string): Promise<SessionRow | undefined>

  findBySid(sid: string): Promise<SessionRow | undefined>

  /**
   * The one step in which a token is used. When the session exists, has this generation, client and binding, was not
   * revoked, and neither of its ends is reached (`idleExpiresAt > now` and `expiresAt > now`): counts `generation` up
   * by one, sets `rotatedAt` to now, `replays` to 0 and `idleExpiresAt` to the new one, never earlier than it was and
   * never later than `expiresAt`. Resolves to the row as it is then; to undefined, having changed nothing, otherwise.
   *
   * Of any number of concurrent calls for one generation at most one resolves to a row, and none after a revocation.
   */
  rotate(step: RotateStep): Promise<SessionRow | undefined>

  /**
   * When the session has this generation, was not revoked and has not ended: counts `replays` up by one and, if the
   * replay was late and `lateGeneration` is another generation, sets it to this one and `lateAt` to now. Resolves to the
   * row as it is then; to undefined, having changed nothing, otherwise.
   */
  replay(step: ReplayStep): Promise<SessionRow | undefined>

  /**
   * Ends a session. Idempotent: of one that was revoked before, nothing changes. Resolves to whether this call ended
   * it; false for a sid that is unknown.
   */
  revoke(sid: string, now: number, reason: string): Promise<boolean>

  /** The sessions of a subject that were not revoked and have not ended at `now`, the newest first. */
  list(subject: string, now: number): Promise<SessionRow[]>

  /**
   * Drops the sessions whose `expiresAt` is reached: no token of theirs can count any more. Revoked and idle ones stay
   * until then, so that an old token of theirs is still known for what it is. Resolves to how many it were.
   */
  sweep(now: number): Promise<number>
}
