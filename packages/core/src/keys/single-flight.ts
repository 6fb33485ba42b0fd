import type { Clock } from '../clock.ts'

/**
 * Loads something at most once at a time, and not again right after a failure: with the provider down, a thousand
 * waiting requests cost one fetch, not a thousand.
 */
export class SingleFlight {
  readonly #load: () => Promise<void>
  readonly #clock: Clock
  readonly #cooldown: number
  #pending: Promise<void> | undefined
  #failure: { readonly at: number; readonly error: Error } | undefined

  /** @param cooldown seconds during which a failure is repeated instead of a new try */
  constructor(load: () => Promise<void>, clock: Clock, cooldown: number) {
    this.#load = load
    this.#clock = clock
    this.#cooldown = cooldown
  }

  /** The load under way, or a new one; during the cooldown, the last failure again. */
  run(): Promise<void> {
    if (this.#pending !== undefined) return this.#pending
    if (this.#isCoolingDown()) {
      return Promise.reject(this.#failure!.error)
    }
    this.#pending = this.#load()
      .then(
        () => (this.#failure = undefined),
        (error: Error) => {
          this.#failure = { at: this.#clock(), error }
          throw error
        },
      )
      .then(() => undefined)
      .finally(() => (this.#pending = undefined))
    return this.#pending
  }

  #isCoolingDown(): boolean {
    if (this.#failure === undefined) return false
    const elapsed = this.#clock() - this.#failure.at
    // A clock that was set back must not stretch the wait.
    return elapsed >= 0 && elapsed < this.#cooldown
  }
}
