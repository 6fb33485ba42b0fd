/**
 * The refresh protocol as plainly as it can be put: what happened to every token of one family, and from that alone what
 * presenting one is answered with. It knows nothing of rows, steps or stores.
 */
export interface RefreshRules {
  readonly replayWindow: number
  readonly lateReplay: boolean
  readonly idleLifetime: number
  readonly sessionLifetime: number
}

/** The generation that is granted, or the code of the refusal. */
export type ModelAnswer = number | string

const MOST_REPLAYS = 64

export class FamilyModel {
  readonly #rules: RefreshRules
  readonly #endsAt: number
  /** When each token was used for the first time. There are as many as were used; the next is the head. */
  readonly #usedAt: number[] = []
  /** When each was presented late for the first time. */
  readonly #lateAt: (number | undefined)[] = []
  #idleEndsAt: number
  #replays = 0
  #isEnded = false

  constructor(rules: RefreshRules, now: number) {
    this.#rules = rules
    this.#endsAt = now + rules.sessionLifetime
    this.#idleEndsAt = Math.min(now + rules.idleLifetime, this.#endsAt)
  }

  get head(): number {
    return this.#usedAt.length
  }

  /** False when somebody ended it. One that expired was ended by nobody. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  isLive(now: number): boolean {
    return !this.#isEnded && now < this.#idleEndsAt && now < this.#endsAt
  }

  end(): void {
    this.#isEnded = true
  }

  /** Moments at which something changes, for schedules that aim at them. */
  get edges(): readonly number[] {
    const { replayWindow } = this.#rules
    const last = this.head - 1
    const [usedAt = 0, lateAt = 0] = [this.#usedAt[last], this.#lateAt[last]]
    return [usedAt + replayWindow, lateAt + replayWindow, this.#idleEndsAt, this.#endsAt]
  }

  present(generation: number, now: number, isDenied: boolean): ModelAnswer {
    if (!this.isLive(now)) return 'ERR_SESSION_ENDED'
    if (generation < this.head) {
      if (this.#isTheft(generation, now)) {
        this.end()
        return 'ERR_REFRESH_REUSED'
      }
      // What is not answered is not forgiven either: nothing is noted of it.
      if (this.#replays === MOST_REPLAYS) return 'ERR_REFRESH_FLOODED'
      this.#replays++
      if (this.#isLate(generation, now)) this.#lateAt[generation] ??= now
    } else {
      this.#usedAt.push(now)
      this.#replays = 0
      this.#idleEndsAt = Math.min(now + this.#rules.idleLifetime, this.#endsAt)
    }
    if (!isDenied) return generation + 1
    this.end()
    return 'ERR_REFRESH_DENIED'
  }

  #isTheft(generation: number, now: number): boolean {
    // Its successor was used: whoever has that got the answer to this.
    if (generation < this.head - 1) return true
    if (!this.#isLate(generation, now)) return false
    const lateBefore = this.#lateAt[generation]
    return (
      !this.#rules.lateReplay ||
      this.#lateAt[generation - 1] !== undefined ||
      (lateBefore !== undefined && !this.#isInWindow(lateBefore, now))
    )
  }

  #isLate(generation: number, now: number): boolean {
    return !this.#isInWindow(this.#usedAt[generation]!, now)
  }

  /** A window of 0 has not even its first moment in it. */
  #isInWindow(start: number, now: number): boolean {
    const { replayWindow } = this.#rules
    return replayWindow !== 0 && now <= start + replayWindow
  }
}
