/** Whoever waits longer for a turn is told so, and may come again. */
const LONGEST_WAIT_MS = 5_000

/** Runs so many at a time; the others wait for their turn, in order, and not for ever. */
export class ConcurrencyLimit {
  readonly #most: number
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws TypeError when the turn does not come within 5 s; whatever `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#most) this.#running++
    // Whoever ends passes its place on, so that nobody who comes now gets in between.
    else await this.#turn()
    try {
      return await work()
    } finally {
      const [next] = this.#waiting
      if (next === undefined) this.#running--
      else next()
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.#waiting.delete(begin)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(begin)
        reject(new TypeError(`too many others were before it, for ${LONGEST_WAIT_MS / 1000} s`))
      }, LONGEST_WAIT_MS)
      this.#waiting.add(begin)
    })
  }
}
