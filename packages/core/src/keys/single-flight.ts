import type { Clock } from '../clock.ts'

/**
 * Loads something at most once at a time, and not again right after a failure: with the provider down, a thousand
 * waiting requests cost one fetch, not a thousand.
 */
export class SingleFlight<T> {
  readonly #load: () => Promise<T>
  readonly #clock: Clock
  readonly #cooldown: number
  #pending: Promise<T> | undefined
  #failure: { readonly at: number; readonly error: Error } | undefined

  /** @param cooldown seconds during which a failure is repeated instead of a new try */
  constructor(load: () => Promise<T>, clock: Clock, cooldown: number) {
    this.#load = load
    this.#clock = clock
    this.#cooldown = cooldown
  }

  /** The load under way, or a new one; during the cooldown, the last failure again. */
  run(): Promise<T> {
    if (this.#pending !== undefined) return this.#pending
    const failure = this.#recentFailure()
    if (failure !== undefined) return Promise.reject(failure)
    this.#pending = this.#loadOnce().finally(() => (this.#pending = undefined))
    return this.#pending
  }

  async #loadOnce(): Promise<T> {
    try {
      const loaded = await this.#load()
      this.#failure = undefined
      return loaded
    } catch (error) {
      this.#failure = { at: this.#clock(), error: error as Error }
      throw error
    }
  }

  #recentFailure(): Error | undefined {
    if (this.#failure === undefined) return undefined
    const elapsed = this.#clock() - this.#failure.at
    // A clock that was set back must not stretch the wait.
    return elapsed >= 0 && elapsed < this.#cooldown ? this.#failure.error : undefined
  }
}
