/** How many sessions are counted before those that are over are looked for. */
const ROOM = 1_000

/** Counts what sessions do, each up to a limit, for as long as it matters. In this process alone. */
export class CountsBySession {
  readonly #limit: number
  readonly #counts = new Map<string, { count: number; until: number }>()
  #room = ROOM

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts one more, which matters until then. False, and nothing is counted, where the limit is reached. */
  count(sid: string, until: number, now: number): boolean {
    const known = this.#counts.get(sid)
    const isOver = known === undefined || known.until <= now
    const count = isOver ? 0 : known.count
    if (count >= this.#limit) return false
    this.#counts.set(sid, {
      count: count + 1,
      until: isOver ? until : Math.max(until, known.until),
    })
    if (this.#counts.size > this.#room) this.#dropOver(now)
    return true
  }

  #dropOver(now: number): void {
    for (const [sid, { until }] of this.#counts) if (until <= now) this.#counts.delete(sid)
    this.#room = Math.max(ROOM, 2 * this.#counts.size)
  }
}
