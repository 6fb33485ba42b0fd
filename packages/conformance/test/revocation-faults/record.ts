/** A token that every process verifies all the time. */
export interface Watched {
  readonly label: string
  readonly token: string
  readonly claims: Readonly<Record<string, unknown>>
  /** Until when guards accept it, tolerance included, by the clock of each. */
  readonly until: number
  revoked: Revoked | undefined
  /** Names of processes that cannot know, because the log lost it before they heard of it. */
  readonly unknownTo: Set<string>
}

/** Times are those of `performance.now()`, which all processes of a deployment share. */
export interface Revoked {
  readonly by: string
  readonly calledAt: number
  /** When the call resolved; when it was durable at last, if it rejected. */
  durableAt: number
}

export interface Verdict {
  readonly process: string
  readonly watched: Watched
  readonly began: number
  readonly ended: number
  /** `passed`, or the code of the error. */
  readonly result: string
  readonly status: number | undefined
  /** Seconds since the log was read, as the process itself says. */
  readonly lagBefore: number
  readonly lagAfter: number
  /** By the clock of the process. */
  readonly now: number
}

/** A time in which a process does not reach the log. */
export interface Outage {
  readonly process: string
  readonly from: number
  to: number
}
