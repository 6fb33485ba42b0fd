import type { SessionRow } from '@gatewarden/core'
import type { ReuseClass } from './events.ts'

export interface ReplaySettings {
  /** Seconds in which a token that was used may be presented again without notice. */
  readonly replayWindow: number
  /** Whether it may be once after that, with notice. */
  readonly lateReplay: boolean
}

/** Judges a token that was used before, and whose successor was never used: the owner's once more, or a thief's. */
export class ReplayRules {
  readonly #window: number
  readonly #lateReplay: boolean

  constructor({ replayWindow, lateReplay }: ReplaySettings) {
    this.#window = replayWindow
    this.#lateReplay = lateReplay
  }

  /** Whether it comes after the time in which that happens by itself. `age` is in seconds since the token was used. */
  isLate(age: number): boolean {
    return !(this.#window > 0 && age <= this.#window)
  }

  /** What a token that comes late is taken for; undefined where it may be the owner's. */
  reuseOf(
    {
      generation,
      lateGeneration,
      lateAt,
    }: Pick<SessionRow, 'generation' | 'lateGeneration' | 'lateAt'>,
    now: number,
  ): ReuseClass | undefined {
    if (!this.#lateReplay) return 'late-replay'
    // The token before this one came late, too: thief and owner take turns.
    if (lateGeneration === generation - 1) return 'repeated-late-replay'
    // The two tabs of a laptop that wakes up are one late replay; an hour later it is another.
    if (lateGeneration === generation && this.isLate(now - lateAt!)) return 'repeated-late-replay'
    return undefined
  }
}
