/** One login session (`sid`) or one access token (`jti`) that must not be accepted any more. */
export interface LoggedRevocation {
  readonly kind: 'sid' | 'jti'
  readonly id: string
  /** When the last token concerned has expired, in seconds since the epoch, clock tolerance included. */
  readonly until: number
}

/** Where it is kept that access tokens were revoked, for as long as one of them could be presented. */
export interface RevocationLog {
  /** Resolves when the entries are durable. Idempotent; of an entry that is there, the later `until` counts. */
  append(entries: readonly LoggedRevocation[]): Promise<void>

  /** The entries with `until > now`, in no order. */
  live(now: number): Promise<LoggedRevocation[]>

  /** Drops the entries with `until <= now`. Resolves to how many it were. */
  sweep(now: number): Promise<number>
}
