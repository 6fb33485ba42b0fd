/** How many sessions are remembered before those that are over are looked for. */
const ROOM = 1_000

/** Which tokens of a session something was done to, up to a limit, for as long as it matters. In this process alone. */
export class TokensBySession {
  readonly #limit: number
  readonly #sessions = new Map<string, { tokens: Set<string>; until: number }>()
  #room = ROOM

  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Adds a token of a session, which matters until then. False, and nothing is added, where the limit is reached; one that
   * was added before is no further one.
   */
  add(sid: string, token: string, until: number, now: number): boolean {
    const known = this.#sessions.get(sid)
    const session =
      known === undefined || known.until <= now ? { tokens: new Set<string>(), until } : known
    if (session.tokens.size >= this.#limit && !session.tokens.has(token)) return false
    session.tokens.add(token)
    session.until = Math.max(until, session.until)
    this.#sessions.set(sid, session)
    if (this.#sessions.size > this.#room) this.#dropOver(now)
    return true
  }

  #dropOver(now: number): void {
    for (const [sid, { until }] of this.#sessions) if (until <= now) this.#sessions.delete(sid)
    this.#room = Math.max(ROOM, 2 * this.#sessions.size)
  }
}
