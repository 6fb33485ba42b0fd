import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { FetchedEvent } from '@gatewarden/core'

/** How long things took. Takes the same memory however many there were. */
export class Durations {
  readonly #histogram: RecordableHistogram = createHistogram({ figures: 3 })

  record(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1e6)))
  }

  /** In milliseconds; 0 where nothing was recorded. */
  percentile(part: number): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(part) / 1e6
  }

  get max(): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.max / 1e6
  }

  reset(): void {
    this.#histogram.reset()
  }
}

/** One phase of the load, as the clients see it. */
export class Phase {
  /** From the call of `admit` to its answer. */
  readonly admit = new Durations()
  /** From when the request was due. */
  readonly sinceDue = new Durations()
}

/** What became of the requests of one kind of provider. */
export class Tally {
  valid = 0
  failed = 0
  /** Of those that are valid: while their provider misbehaved. */
  duringOutage = 0
  fetchesFailed = 0
  readonly fetches = new Durations()

  count(fetched: FetchedEvent): void {
    this.fetches.record(fetched.seconds * 1000)
    if (fetched.result === 'failed') this.fetchesFailed++
  }
}
