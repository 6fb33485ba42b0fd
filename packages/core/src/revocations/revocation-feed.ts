import { type Clock, systemClock } from '../clock.ts'
import { GuardError, isGuardError } from '../errors.ts'
import {
  publishRevocationState,
  publishRevoked,
  publishStaleRevocation,
  type StaleRevocationEvent,
} from '../events.ts'
import { isRecord } from '../is-record.ts'
import { abandon, type MaybePromise } from '../maybe-promise.ts'
import { describeCause } from '../keys/fetch-document.ts'
import { ConfigError, describeGiven } from '../options/config-error.ts'
import { expectClock, expectNumber } from '../options/expect-option.ts'
import { ownMembers } from '../own.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { RevocationHealth, RevocationIds, RevocationView } from '../revocation.ts'
import { ALL_TOKENS, type RevocationLog } from '../stores/revocation-log.ts'
import { applyRows, inSlices, noCounts } from './apply-rows.ts'
import { expectRevocation, type Revocation } from './expect-revocation.ts'
import { type Fingerprint, fingerprintOf, type Kind, KIND_BITS } from './fingerprint.ts'
import { LogReader } from './log-reader.ts'
import { PendingRevocations } from './pending-revocations.ts'
import { RevocationTable } from './revocation-table.ts'
import { TokenIds } from './token-ids.ts'
import { ANSWER_WITHIN, within } from './within.ts'

export interface RevocationFeedOptions extends StalenessOptions {
  /** Where the revocations of all processes are: `store.revocations` of any store. */
  readonly log: RevocationLog
  /** Seconds between two readings of the log, where no wake-up comes. Default 1. Less than `maxStaleness`. */
  readonly readEvery?: number
  /**
   * Seconds by which `issuedUpTo` is taken wider, since the clock of who issued may be ahead of the one of who revoked.
   * Default 30, as a guard's.
   */
  readonly clockTolerance?: number
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface StalenessOptions {
  /** Seconds since the last successful reading after which the copy is stale. Default 30. */
  readonly maxStaleness?: number
  /**
   * What a guard does with a stale copy: `closed` answers 503, `lookup` asks the log itself for every request (and 503 when it
   * does not answer), `open` lets tokens pass that are not known to be revoked. Default `closed`.
   */
  readonly whenStale?: 'closed' | 'lookup' | 'open'
}

/** The revocations of all processes, held in this one. */
export interface RevocationFeed extends RevocationView {
  /**
   * Revokes: in this process at once, and for all when it resolves. All of a list, or, rejecting with a TypeError, none.
   *
   * @throws TypeError when it would revoke nothing, or for ever: no identifier or issuer, a duration, milliseconds
   * @throws GuardError `ERR_REVOCATION_UNAVAILABLE` when the log failed; here it is revoked all the same, and the feed goes
   *   on trying to make it durable
   */
  revoke(revocations: Revocation | readonly Revocation[]): Promise<void>

  /** The same copy under another policy, for one guard. */
  view(options: StalenessOptions): RevocationView

  /**
   * Resolves when the first snapshot is here.
   *
   * @throws GuardError `ERR_REVOCATION_UNAVAILABLE` when the log cannot be read now. The feed goes on trying
   */
  ready(): Promise<void>
  health(): RevocationHealth

  /** Ends reading. What is held counts until it is stale. */
  close(): Promise<void>
}

interface Policy {
  readonly maxStaleness: number
  readonly whenStale: StaleRevocationEvent['policy']
}

interface Prepared {
  readonly fingerprint: Fingerprint
  readonly until: number
  readonly issuedUpTo: number
}

/** Seconds between two clean-ups of the log by one process. */
const SWEEP_LOG_EVERY = 3600

/** Seconds by which its clock may be ahead: what is over for it may still count for others. */
const CLOCKS_APART = 600

const POLICIES: readonly unknown[] = ['closed', 'lookup', 'open']
const LOG_MEMBERS = ['append', 'snapshot', 'read', 'find', 'listen', 'sweep'] as const

/**
 * Creates the feed of a process: a full copy of what is revoked, which guards ask without a network between. Nothing is
 * read before somebody asks, revokes, or waits for it to be ready.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function createRevocationFeed(options: RevocationFeedOptions): RevocationFeed {
  return new RevocationReplica(options)
}

/** As {@link createRevocationFeed} makes it, with what an issuer of our own needs besides. */
export class RevocationReplica implements RevocationFeed {
  /**
   * The same without what is not durable yet, because the log failed. For an issuer's own routes: whoever was answered 503
   * must be able to try again, with the very access token that counts no more in this process.
   */
  readonly durable: RevocationView

  readonly #log: RevocationLog
  readonly #clock: Clock
  readonly #clockTolerance: number
  readonly #readEvery: number
  readonly #policy: Policy
  readonly #table = new RevocationTable()
  readonly #pending: PendingRevocations
  readonly #reader: LogReader
  #state: RevocationHealth['state'] = 'starting'
  #isClosed = false
  #sweptAt: number | undefined

  constructor(options: RevocationFeedOptions) {
    const own = expectOptions(options)
    const { log, readEvery = 1, clockTolerance = 30, clock = systemClock } = own
    this.#log = expectLog(log)
    this.#readEvery = expectNumber('readEvery', readEvery, 0.05, 3600, 'seconds')
    this.#clockTolerance = expectNumber('clockTolerance', clockTolerance, 0, 300, 'seconds')
    this.#clock = expectClock('clock', clock)
    this.#policy = this.#resolvePolicy(own, { maxStaleness: 30, whenStale: 'closed' })
    this.#pending = new PendingRevocations(log, this.#table, clock)
    this.#reader = new LogReader({
      log,
      table: this.#table,
      clock,
      readEvery,
      onRead: () => this.#afterReading(),
    })
    this.durable = this.#viewOf(this.#policy, (token, now) => this.#isDurable(token, now))
  }

  isRevoked(ids: RevocationIds): MaybePromise<boolean> {
    return this.#answer(ids, this.#policy, this.#isKnown)
  }

  view(options: StalenessOptions): RevocationView {
    const own = expectNames('view', options, ['maxStaleness', 'whenStale'])
    return this.#viewOf(this.#resolvePolicy(own, this.#policy), this.#isKnown)
  }

  async revoke(revocations: Revocation | readonly Revocation[]): Promise<void> {
    if (this.#isClosed) throw this.#unavailable('the feed is closed', undefined)
    const given = Array.isArray(revocations) ? [...(revocations as Revocation[])] : [revocations]
    this.#reader.start()
    const prepared: Prepared[] = []
    // Promises only where a list is long: what is short counts before this function returns.
    const preparing = inSlices(given as Revocation[], (revocation) =>
      prepared.push(prepare(revocation)),
    )
    if (preparing !== undefined) await preparing
    const counts = noCounts()
    let isPending = false
    const beginning = inSlices(prepared, (entry) => {
      if (this.#begin(entry, counts)) isPending = true
    })
    if (beginning !== undefined) await beginning
    publishRevoked('here', counts)
    if (!isPending) return
    try {
      await this.#pending.append()
    } catch (cause) {
      throw this.#unavailable('what was revoked here is not durable yet', cause)
    }
    this.#sweepLogNowAndThen()
  }

  /**
   * Whether this very thing is known here to be revoked, durable or not, now or a while ago, with all its tokens. What is
   * wider says nothing about it: that everything of an issuer up to now is revoked ends no key and no session. Asks nobody.
   */
  holds(kind: Exclude<Kind, 'everything'>, issuer: string, id: string): boolean {
    const now = this.#clock()
    const fingerprint = fingerprintOf(kind, issuer, id)
    return (
      this.#table.issuedUpTo(fingerprint, now) === Infinity ||
      this.#pending.holds(fingerprint.key, now)
    )
  }

  async ready(): Promise<void> {
    if (this.#reader.readAt !== undefined) return
    this.#reader.start()
    if (!this.#isClosed) await this.#reader.readingEnd()
    if (this.#reader.readAt === undefined)
      throw this.#unavailable('the revocations could not be read', this.#reader.failure)
  }

  health(): RevocationHealth {
    return this.#healthBy(this.#policy)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // What is pending is lost with the process: one last try.
    const appended = this.#pending.size === 0 ? undefined : this.#pending.append()
    const closing = Promise.allSettled([this.#reader.close(), appended])
    await within(closing, ANSWER_WITHIN).catch(() => undefined)
  }

  #viewOf(policy: Policy, isKnown: (token: TokenIds, now: number) => boolean): RevocationView {
    return {
      isRevoked: (ids) => this.#answer(ids, policy, isKnown),
      ready: () => this.ready(),
      health: () => this.#healthBy(policy),
    }
  }

  readonly #isKnown = (token: TokenIds, now: number): boolean =>
    this.#isDurable(token, now) ||
    (this.#pending.size !== 0 && this.#pending.revokes(token, now, this.#clockTolerance))

  #isDurable(token: TokenIds, now: number): boolean {
    return token.isRevokedBy(this.#table, now, this.#clockTolerance)
  }

  #answer(
    ids: RevocationIds,
    policy: Policy,
    isKnown: (token: TokenIds, now: number) => boolean,
  ): MaybePromise<boolean> {
    const now = this.#clock()
    const token = TokenIds.of(ids)
    // What is known to be revoked is refused whatever the copy's age.
    if (isKnown(token, now)) return true
    const { readAt } = this.#reader
    // A clock that was set back must not make what was read look fresh.
    if (readAt !== undefined && Math.abs(now - readAt) <= policy.maxStaleness) return false
    return this.#answerStale(policy, () => isKnown(token, this.#clock()), token)
  }

  async #answerStale(
    { maxStaleness, whenStale }: Policy,
    isKnown: () => boolean,
    token: TokenIds,
  ): Promise<boolean> {
    this.#reader.start()
    this.#noteState()
    const tell = (result: StaleRevocationEvent['result']) =>
      publishStaleRevocation(whenStale, result, this.#lag())
    try {
      if (whenStale === 'lookup') await this.#lookUp(token)
      else await this.#reader.untilRead(maxStaleness)
    } catch (cause) {
      if (isKnown()) {
        tell('revoked')
        return true
      }
      if (whenStale === 'open' && this.#reader.readAt !== undefined) {
        tell('passed')
        return false
      }
      tell('unavailable')
      throw this.#unavailable(this.#describeAge(maxStaleness), cause)
    }
    const isRevoked = isKnown()
    if (whenStale === 'lookup') tell(isRevoked ? 'revoked' : 'passed')
    return isRevoked
  }

  async #lookUp(token: TokenIds): Promise<void> {
    const rows = await within(this.#log.find(token.keys()), ANSWER_WITHIN)
    await applyRows(rows, this.#table, this.#clock(), noCounts())
  }

  /** True when it has to become durable. */
  #begin({ fingerprint, until, issuedUpTo }: Prepared, counts: number[]): boolean {
    const now = this.#clock()
    // Over for everybody, that is: until a while ago it may count for a process whose clock is behind.
    if (until <= now - CLOCKS_APART) return false
    // Also what is known to be durable: whoever revokes again may do so because the log lost it.
    if (this.#pending.add(fingerprint, until, issuedUpTo)) counts[fingerprint.d & KIND_BITS]!++
    return true
  }

  /** By those who write: many processes only read, and may have no right to do more. */
  #sweepLogNowAndThen(): void {
    const now = this.#clock()
    this.#sweptAt ??= now
    if (now - this.#sweptAt < SWEEP_LOG_EVERY) return
    this.#sweptAt = now
    abandon(this.#log.sweep(now - CLOCKS_APART))
  }

  #afterReading(): void {
    this.#noteState()
    this.#pending.tryAgain()
  }

  #noteState(): void {
    const from = this.#state
    const { state, lag, entries, failure } = this.#healthNow(this.#policy)
    if (state === from) return
    this.#state = state
    publishRevocationState({ from, to: state, lag, entries, message: failure })
  }

  #healthBy(policy: Policy): RevocationHealth {
    this.#noteState()
    return this.#healthNow(policy)
  }

  #healthNow({ maxStaleness }: Policy): RevocationHealth {
    const lag = this.#lag()
    const { failure } = this.#reader
    return {
      state: lag === undefined ? 'starting' : lag <= maxStaleness ? 'fresh' : 'stale',
      lag,
      entries: this.#table.size + this.#pending.size,
      pending: this.#pending.size,
      wakeUps: this.#reader.hasWakeUps,
      failure: failure && describeFailure(failure),
    }
  }

  #lag(): number | undefined {
    const { lag } = this.#reader
    return lag === Infinity ? undefined : lag
  }

  #describeAge(maxStaleness: number): string {
    const lag = this.#lag()
    return lag === undefined
      ? 'the revocations were not read yet'
      : `the revocations were last read ${lag} s ago (maxStaleness is ${maxStaleness} s)`
  }

  #unavailable(message: string, cause: unknown): GuardError {
    if (isGuardError(cause)) return cause
    return new GuardError('ERR_REVOCATION_UNAVAILABLE', message, { cause, retryAfter: 5 })
  }

  #resolvePolicy(options: StalenessOptions, defaults: Policy): Policy {
    const { maxStaleness = defaults.maxStaleness, whenStale = defaults.whenStale } = options
    expectNumber('maxStaleness', maxStaleness, 1, 86_400, 'seconds')
    if (!(maxStaleness > this.#readEvery)) {
      throw new ConfigError(
        'maxStaleness',
        `expected more than readEvery, which is ${this.#readEvery}, ${describeGiven(maxStaleness)}`,
      )
    }
    if (!POLICIES.includes(whenStale)) {
      throw new ConfigError(
        'whenStale',
        `expected 'closed', 'lookup' or 'open', ${describeGiven(whenStale)}`,
      )
    }
    return { maxStaleness, whenStale }
  }
}

/** Safe for a log line. The quotes are for what stands within a sentence. */
function describeFailure(failure: Error): string {
  return quoteForLog(String(describeCause(failure))).slice(1, -1)
}

function prepare(revocation: Revocation): Prepared {
  const { kind, issuer, id, until, issuedUpTo } = expectRevocation(revocation)
  return {
    fingerprint: fingerprintOf(kind, issuer, id),
    until: Math.min(Math.ceil(until), ALL_TOKENS),
    issuedUpTo: Math.min(Math.ceil(issuedUpTo), ALL_TOKENS),
  }
}

function expectOptions(options: RevocationFeedOptions): RevocationFeedOptions {
  return expectNames('options', options, [
    'log',
    'maxStaleness',
    'whenStale',
    'readEvery',
    'clockTolerance',
    'clock',
  ])
}

/**
 * The options, without what somebody may have put on `Object.prototype`. An option that is silently ignored is a bound
 * that is silently another.
 */
function expectNames<T extends object>(option: string, given: T, known: readonly string[]): T {
  if (!isRecord(given)) throw new ConfigError(option, `expected an object, ${describeGiven(given)}`)
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      throw new ConfigError(name, `there is no such option; there are ${known.join(', ')}`)
  }
  return ownMembers(given)
}

function expectLog(log: RevocationLog): RevocationLog {
  const given: unknown = log
  if (isRecord(given) && LOG_MEMBERS.every((name) => typeof given[name] === 'function')) return log
  throw new ConfigError(
    'log',
    `expected the log of a store, as store.revocations, ${describeGiven(given)}`,
  )
}
