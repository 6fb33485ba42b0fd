import type { Clock } from '../clock.ts'
import { ALL_TOKENS, type LoggedRevocation, type RevocationLog } from '../stores/revocation-log.ts'
import { othersTurn } from './apply-rows.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { RevocationTable } from './revocation-table.ts'
import type { TokenIds } from './token-ids.ts'
import { retryDelayMs } from './retry-delay.ts'
import { ANSWER_WITHIN, within } from './within.ts'

/** Entries that are given to the log at once: to write a hundred thousand in one statement would hold up everybody. */
const APPENDED_AT_ONCE = 1000

/** Milliseconds between a failed append and the next try: from, and at most. */
const RETRY_FROM_MS = 250
const RETRY_AT_MOST_MS = 10_000

interface PendingRevocation extends LoggedRevocation {
  readonly fingerprint: Fingerprint
}

/**
 * What was revoked here and is not durable yet: it counts here at once, and moves to the table of what is durable when the
 * log has it. While the log fails it stays, and is tried again.
 */
export class PendingRevocations {
  readonly #log: RevocationLog
  readonly #durable: RevocationTable
  readonly #clock: Clock
  readonly #entries = new Map<string, PendingRevocation>()
  #appending: Promise<void> | undefined
  #next: Promise<void> | undefined
  /** Appends that the log has not answered, those given up included. */
  #unanswered = 0
  #failures = 0
  #notBefore = -Infinity

  constructor(log: RevocationLog, durable: RevocationTable, clock: Clock) {
    this.#log = log
    this.#durable = durable
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  /** False when it is pending already. */
  add(fingerprint: Fingerprint, until: number, issuedUpTo: number): boolean {
    const key = fingerprint.keyFor(issuedUpTo)
    const held = this.#entries.get(key)
    const added = {
      fingerprint,
      key,
      until: Math.max(Math.min(Math.ceil(until), ALL_TOKENS), held?.until ?? 0),
      issuedUpTo: Math.max(Math.min(Math.ceil(issuedUpTo), ALL_TOKENS), held?.issuedUpTo ?? 0),
    }
    if (held?.until === added.until && held.issuedUpTo === added.issuedUpTo) return false
    this.#entries.set(key, added)
    return true
  }

  revokes(token: TokenIds, now: number, clockTolerance: number): boolean {
    if (this.#entries.size === 0) return false
    const { issuedAt = -Infinity } = token
    return token.keys().some((key) => {
      const entry = this.#entries.get(key)
      if (entry === undefined || now >= entry.until) return false
      return entry.issuedUpTo === ALL_TOKENS || issuedAt <= entry.issuedUpTo + clockTolerance
    })
  }

  /** Whether all tokens of this key are revoked by what is pending. */
  holds(key: string, now: number): boolean {
    const entry = this.#entries.get(key)
    return entry !== undefined && now < entry.until
  }

  /**
   * Appends again what is pending, if it is time: an append that hangs in the log may be holding a connection, and each try
   * would take another one.
   */
  tryAgain(): void {
    if (this.#entries.size === 0 || this.#unanswered > 0) return
    if (performance.now() < this.#notBefore) return
    this.append().catch(() => undefined)
  }

  /** Resolves when all that is pending now is durable. Who asks while something is appended shares the next turn. */
  append(): Promise<void> {
    if (this.#appending === undefined) {
      this.#appending = this.#appendAll().finally(() => (this.#appending = undefined))
      return this.#appending
    }
    const next = () => {
      this.#next = undefined
      return this.append()
    }
    this.#next ??= this.#appending.then(next, next)
    return this.#next
  }

  async #appendAll(): Promise<void> {
    // What else is revoked in this turn of the event loop comes along.
    await Promise.resolve()
    const entries = [...this.#entries.values()]
    for (let at = 0; at < entries.length; at += APPENDED_AT_ONCE) {
      // A log in this process answers in the same turn of the event loop, each time.
      if (entries.length > APPENDED_AT_ONCE) await othersTurn()
      await this.#appendSome(entries.slice(at, at + APPENDED_AT_ONCE))
    }
  }

  /** Also what is over by now: it may be the clock of this process that is ahead. */
  async #appendSome(entries: readonly PendingRevocation[]): Promise<void> {
    const rows = entries.map(({ key, until, issuedUpTo }) => ({ key, until, issuedUpTo }))
    try {
      await within(this.#send(rows), ANSWER_WITHIN)
    } catch (error) {
      this.#failures++
      this.#notBefore =
        performance.now() + retryDelayMs(this.#failures, RETRY_FROM_MS, RETRY_AT_MOST_MS)
      throw error
    }
    this.#failures = 0
    const now = this.#clock()
    for (const entry of entries) {
      this.#durable.add(entry.fingerprint, entry.until, entry.issuedUpTo, now)
      this.#drop(entry)
    }
  }

  async #send(rows: readonly LoggedRevocation[]): Promise<void> {
    this.#unanswered++
    try {
      await this.#log.append(rows)
    } finally {
      this.#unanswered--
    }
  }

  /** One that was extended meanwhile is another, and stays. */
  #drop(entry: PendingRevocation): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key)
  }
}
