import { setTimeout as delay } from 'node:timers/promises'
import type { Admission, Guard } from '@gatewarden/core'
import { asReceived } from '../lib/tokens.ts'
import { Durations, Phase, type Tally } from './observations.ts'
import { guardTime, type Plan, type Presentable } from './plan.ts'
import type { Providers } from './providers.ts'

/** Tokens that are asked for at once, in seconds of the load. */
const BATCH = 0.1
/** So many times: whoever makes the tokens may be busy for a moment, and nobody is to wait for that. */
const BATCHES_AHEAD = 5

/** Clients of all issuers, who present their tokens to one guard. */
export class Load {
  /** For the course: read and reset from outside. */
  readonly recent = { failed: 0, admit: new Durations() }
  /** Why valid requests failed, with how many. */
  readonly failures = new Map<string, number>()
  readonly #guard: Guard
  readonly #providers: Providers
  readonly #plan: Plan
  readonly #tallyOf: (issuer: number) => Tally
  readonly #pending = new Set<Promise<void>>()
  /** Seconds from the withdrawal of its key to the last time that a token was admitted, by issuer. */
  readonly #admittedStolen = new Map<number, number>()
  readonly #refusedStolen = new Set<number>()

  constructor(guard: Guard, providers: Providers, plan: Plan, tallyOf: (issuer: number) => Tally) {
    this.#guard = guard
    this.#providers = providers
    this.#plan = plan
    this.#tallyOf = tallyOf
  }

  /** Presents so many tokens a second, whatever becomes of those before, until all are answered. */
  async run(rate: number, seconds: number): Promise<Phase> {
    const phase = new Phase()
    const size = Math.ceil(rate * BATCH)
    const batches = Array.from({ length: BATCHES_AHEAD }, () => this.#providers.tokens(size))
    await batches[0]
    const start = performance.now()
    let sent = 0
    while (sent < rate * seconds) {
      batches.push(this.#providers.tokens(size))
      for (const each of (await batches.shift()) ?? []) {
        const due = start + (sent++ * 1000) / rate
        const wait = due - performance.now()
        if (wait > 0) await delay(wait)
        this.#present(each, due, phase)
      }
    }
    await Promise.all([...batches, ...this.#pending])
    return phase
  }

  /** Keys that were withdrawn, and how long the tokens of one were admitted at most. */
  get withdrawals(): { readonly keys: number; readonly refused: number; readonly longest: number } {
    const keys = new Set([...this.#admittedStolen.keys(), ...this.#refusedStolen])
    return {
      keys: keys.size,
      refused: this.#refusedStolen.size,
      longest: Math.max(0, ...this.#admittedStolen.values()),
    }
  }

  #present(presentable: Presentable, due: number, phase: Phase): void {
    // Once refused, a token is refused for good, and its user gives up.
    if (presentable.withdrawnAt !== undefined && this.#refusedStolen.has(presentable.issuer)) return
    const request = { headers: { authorization: asReceived(`Bearer ${presentable.token}`) } }
    const called = performance.now()
    const admission = this.#guard.admit(request)
    if (!(admission instanceof Promise))
      return this.#note(admission, presentable, called, due, phase)
    const pending = admission.then((later) => {
      this.#note(later, presentable, called, due, phase)
      this.#pending.delete(pending)
    })
    this.#pending.add(pending)
  }

  #note(
    { refusal }: Admission,
    { issuer, isOut, withdrawnAt }: Presentable,
    called: number,
    due: number,
    phase: Phase,
  ): void {
    if (withdrawnAt !== undefined) {
      if (refusal !== undefined) this.#refusedStolen.add(issuer)
      else this.#admittedStolen.set(issuer, guardTime(this.#plan) - withdrawnAt)
      return
    }
    const now = performance.now()
    phase.admit.record(now - called)
    phase.sinceDue.record(now - due)
    this.recent.admit.record(now - called)
    const tally = this.#tallyOf(issuer)
    tally.valid++
    if (isOut) tally.duringOutage++
    if (refusal === undefined) return
    tally.failed++
    this.recent.failed++
    const why = `${refusal.code}: ${refusal.message}`
    this.failures.set(why, (this.failures.get(why) ?? 0) + 1)
  }
}
