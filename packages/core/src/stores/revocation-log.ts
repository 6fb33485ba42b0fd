/**
 * One revocation as a log keeps it: of one size, and without a word that names a person. What it means is the business of
 * the feed; a store compares keys and numbers.
 */
export interface LoggedRevocation {
  /** What is revoked, as 24 characters of base64url: the kind and a fingerprint of issuer and identifier. */
  readonly key: string
  /** When the last token concerned has expired, in whole seconds since the epoch, clock tolerance included. */
  readonly until: number
  /** Only tokens issued up to this second are concerned; {@link ALL_TOKENS} for all. */
  readonly issuedUpTo: number
}

/** `issuedUpTo` of a revocation that does not ask when a token was issued. The largest number of ten digits. */
export const ALL_TOKENS = 9_999_999_999

/** What a new process begins with. */
export interface RevocationSnapshot {
  /** From here on, {@link RevocationLog.read} continues. Taken before the first page was. */
  readonly cursor: string
  /**
   * Everything that is live, in any order, as rows (see `revocationRow`) one after the other, at most 10,000 a page. What is
   * appended meanwhile may be in it or not. Of rows with one key, the latest `until` and the latest `issuedUpTo` count.
   *
   * Nothing is held while a page is waited for: pages may be left unread. A sweep meanwhile takes nothing away that is live.
   */
  readonly pages: AsyncIterable<string>
}

/** What was appended after a cursor. */
export interface RevocationPage {
  /**
   * Rows (see `revocationRow`), one after the other. Of two appends, the one that resolved before the other began comes
   * first. Some rows may have come before. Empty for no news.
   */
  readonly rows: string
  /** From here on, the next reading continues. A page with more to come has another cursor than it was read with. */
  readonly cursor: string
  /** Whether there is more to read already. */
  readonly hasMore: boolean
}

/**
 * Where it is kept which tokens were revoked, for as long as one of them could be presented: a log that every process
 * follows, and has a copy of. A store that cannot be reached rejects; it never answers as if it had looked.
 */
export interface RevocationLog {
  /**
   * Resolves when the entries are durable; appends all of them or, rejecting, perhaps some. Idempotent. Of entries with one
   * key, the latest `until` and the latest `issuedUpTo` count; none takes anything back.
   *
   * An entry becomes readable before anything with a later cursor does: no reader that was given a cursor comes to miss an
   * entry before it, whatever order the writers end in. Every reading that begins once this resolved, and goes to the end,
   * has the entries.
   *
   * @throws TypeError for what is no entry (see `revocationRow`); nothing is appended then
   */
  append(entries: readonly LoggedRevocation[]): Promise<void>

  /** Everything with `until > now`, and where to read on. */
  snapshot(now: number): Promise<RevocationSnapshot>

  /**
   * What was appended after the cursor, which reading does not use up. Undefined when the log cannot tell, because it was
   * trimmed, emptied, or set back to an earlier state, or because this is no cursor of it: the reader then takes a snapshot,
   * and keeps what it has. A cursor is good for at least the next 1,000 entries; that of a durable log outlives the process.
   */
  read(cursor: string): Promise<RevocationPage | undefined>

  /**
   * The rows of these keys, in any order, live or not, but for what was swept: what a process asks that has no copy to go by.
   */
  find(keys: readonly string[]): Promise<string>

  /**
   * Calls `wake`, which must not throw, soon after any process appended, as well as that can be done: a call may be lost, come
   * twice, or for nothing, but not before the entries can be read. Resolves when it has begun, to what ends it: once that
   * resolved, no call comes. Ending twice does no harm.
   */
  listen(wake: () => void): Promise<() => Promise<void>>

  /**
   * Drops the entries with `until <= now`; one whose `until` is raised meanwhile stays. Resolves to how many it were, each
   * counted once however many sweep. Whoever has a cursor misses nothing that is live.
   */
  sweep(now: number): Promise<number>
}
