const TICK_MS = 10

/**
 * For how long this process was kept from doing anything: what is late by as much is no fault of what is tested.
 * Never ended: it keeps no process alive.
 */
class Stalls {
  /** When each one ended that was noticed, and for how long it had lasted. */
  readonly #noticed: { readonly at: number; readonly ms: number }[] = []
  #before = performance.now()

  constructor() {
    setInterval(() => {
      const at = performance.now()
      const ms = at - this.#before - TICK_MS
      this.#before = at
      if (ms > TICK_MS) this.#noticed.push({ at, ms })
    }, TICK_MS).unref()
  }

  /** Milliseconds in all of a period. */
  during(from: number, to: number): number {
    return this.#noticed
      .filter(({ at, ms }) => at > from && at - ms < to)
      .reduce((sum, { ms }) => sum + ms, 0)
  }
}

export const stalls = new Stalls()
