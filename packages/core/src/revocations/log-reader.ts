import type { Clock } from '../clock.ts'
import { publishRevoked, type RevokedEvent } from '../events.ts'
import { abandon } from '../maybe-promise.ts'
import type { RevocationLog } from '../stores/revocation-log.ts'
import { applyRows, noCounts, othersTurn, PIECE } from './apply-rows.ts'
import type { RevocationTable } from './revocation-table.ts'
import { retryDelayMs } from './retry-delay.ts'
import { ANSWER_WITHIN, within } from './within.ts'

/**
 * Milliseconds from the beginning of one reading to that of the next: woken all the time, it reads 200 times a second.
 * Woken for nothing more than a few times in a row, it reads less often: whoever can reach a server may be able to wake, and
 * nothing else.
 */
const SHORTEST_GAP_MS = 5
const LONGEST_GAP_MS = 250
const FEW = 4
/** Milliseconds between a failed reading and the next one: from, and at most. */
const RETRY_FROM_MS = 100
const RETRY_AT_MOST_MS = 1500
/** Seconds beside those between two readings after which the process must have been asleep. */
const ASLEEP_AFTER = 10
/** Snapshots in one reading. A log that is lost again right after one is not to be read. */
const MOST_SNAPSHOTS = 3
/** How often a reading brings news that nobody announced before wake-ups are given up for lost. */
const MOST_UNANNOUNCED = 3

const SWEEP_EVERY_MS = 500
const SWEPT_AT_ONCE = 16
const LONGEST_SWEEP_MS = 4

export interface LogReaderSettings {
  readonly log: RevocationLog
  readonly table: RevocationTable
  readonly clock: Clock
  /** Seconds between two readings without a wake-up. */
  readonly readEvery: number
  /** Called after each reading, whether it failed or not. */
  readonly onRead: () => void
}

/**
 * Follows a log: a snapshot, then everything that is appended, at each wake-up and every second or so. What it read goes
 * into a table, and stays there.
 */
export class LogReader {
  readonly #settings: LogReaderSettings
  #isStarted = false
  #isClosed = false
  #cursor: string | undefined
  #readAt: number | undefined
  #reading: Promise<void> | undefined
  #end = createSignal()
  #timer: NodeJS.Timeout | undefined
  #beganMs = -Infinity
  #sweptMs = -Infinity
  #endedAt: number | undefined
  #failure: Error | undefined
  #failures = 0
  #failingSince: number | undefined

  #isWoken = false
  #wokenForNothing = 0
  #unannounced = 0
  #stopListening: (() => Promise<void>) | undefined
  #listenTimer: NodeJS.Timeout | undefined
  #listenFailures = 0

  constructor(settings: LogReaderSettings) {
    this.#settings = settings
  }

  /** When the last reading that came to the end of the log asked for it; undefined before the first time. */
  get readAt(): number | undefined {
    return this.#readAt
  }

  /** Seconds since then. A clock that was set back must not make what was read look fresh. */
  get lag(): number {
    return this.#readAt === undefined ? Infinity : Math.abs(this.#settings.clock() - this.#readAt)
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  get hasWakeUps(): boolean {
    return this.#stopListening !== undefined
  }

  start(): void {
    if (this.#isStarted || this.#isClosed) return
    this.#isStarted = true
    this.#listen()
    this.#read()
  }

  /**
   * Resolves when the copy is no older than that. A process that slept finds its copy old, and the log in good health: so
   * one that was not failing is waited for, and one that fails for as long is not.
   *
   * @throws Error why it cannot be read
   */
  async untilRead(maxStaleness: number): Promise<void> {
    let isWaiting = true
    const wait = async () => {
      while (isWaiting && this.lag > maxStaleness) {
        this.#throwIfDown()
        await this.readingEnd()
      }
    }
    try {
      await within(wait(), ANSWER_WITHIN)
    } catch (error) {
      // Why it fails says more than that it took too long.
      throw this.#failure ?? error
    } finally {
      isWaiting = false
    }
  }

  /** Resolves when a reading has ended, well or not: the one under way, or the next. */
  readingEnd(): Promise<void> {
    // One that failed is tried again soon, and not sooner because many ask.
    if (this.#failures === 0 || this.#hasSlept()) this.#read()
    return this.#end.promise
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#listenTimer)
    this.#end.resolve()
    const stop = this.#stopListening
    this.#stopListening = undefined
    if (stop !== undefined) await within(stop(), ANSWER_WITHIN)
  }

  #throwIfDown(): void {
    if (this.#isClosed) throw new Error('the feed is closed')
    if (this.#failure === undefined || this.#failingSince === undefined || this.#hasSlept()) return
    const failingFor = Math.abs(this.#settings.clock() - this.#failingSince)
    if (failingFor >= ANSWER_WITHIN) throw this.#failure
  }

  #hasSlept(): boolean {
    const { clock, readEvery } = this.#settings
    return Math.abs(clock() - (this.#endedAt ?? clock())) > readEvery + ASLEEP_AFTER
  }

  #read(): void {
    if (this.#reading !== undefined || this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#reading = this.#readAndTellHow()
  }

  async #readAndTellHow(): Promise<void> {
    const { clock, onRead } = this.#settings
    const now = clock()
    this.#beganMs = performance.now()
    // What failed before the process fell asleep says nothing about now.
    if (this.#hasSlept()) this.#failingSince = undefined
    try {
      await this.#readToEnd()
      this.#failure = this.#failingSince = undefined
      this.#failures = 0
    } catch (error) {
      this.#failure = error as Error
      this.#failingSince ??= now
      this.#failures++
    }
    this.#endedAt = clock()
    this.#reading = undefined
    if (this.#isClosed) return
    this.#sweep()
    this.#scheduleNext()
    const ended = this.#end
    this.#end = createSignal()
    onRead()
    ended.resolve()
  }

  async #readToEnd(): Promise<void> {
    const { log, table, clock } = this.#settings
    const wasAnnounced = this.#isWoken
    this.#isWoken = false
    let isNews = false
    for (let snapshots = 0; ;) {
      // By a clock that was ahead, what is live may have been swept.
      if (this.#cursor === undefined || clock() < table.sweptUntil) {
        if (snapshots++ === MOST_SNAPSHOTS)
          throw new Error('the log was lost again after each snapshot')
        await this.#takeSnapshot()
      }
      const askedAt = clock()
      const page = await this.#hear(log.read(this.#cursor!))
      if (page === undefined) {
        this.#cursor = undefined
        continue
      }
      isNews ||= page.rows !== ''
      await this.#applyOrLose(page.rows)
      this.#cursor = page.cursor
      if (page.hasMore) continue
      this.#readAt = askedAt
      break
    }
    if (isNews) this.#wokenForNothing = 0
    else if (wasAnnounced) this.#wokenForNothing++
    if (isNews && !wasAnnounced && !this.#isWoken) this.#missWakeUp()
  }

  /** Rows that are none stand in the way for good: a snapshot may do without them. */
  async #applyOrLose(rows: string): Promise<void> {
    try {
      await this.#apply(rows, 'log')
    } catch (error) {
      this.#cursor = undefined
      throw error
    }
  }

  async #takeSnapshot(): Promise<void> {
    const { log, table, clock } = this.#settings
    const takenAt = clock()
    const { cursor, pages } = await this.#hear(log.snapshot(takenAt))
    const iterator = pages[Symbol.asyncIterator]()
    let isDone = false
    try {
      for (;;) {
        const next = await this.#hear(iterator.next())
        isDone = next.done === true
        if (next.done === true) break
        await this.#apply(next.value, 'snapshot')
      }
    } finally {
      if (!isDone) abandon(iterator.return?.())
    }
    // What was over by then is not in it.
    table.heldFrom(takenAt)
    this.#cursor = cursor
  }

  async #apply(rows: string, source: RevokedEvent['source']): Promise<void> {
    const { table, clock } = this.#settings
    const counts = noCounts()
    try {
      await applyRows(rows, table, clock(), counts)
    } finally {
      publishRevoked(source, counts)
    }
    // A log in this process answers in the same turn of the event loop, page after page.
    if (rows.length >= PIECE) await othersTurn()
  }

  async #hear<T>(answer: T | PromiseLike<T>): Promise<T> {
    const heard = await within(answer, ANSWER_WITHIN)
    if (this.#isClosed) throw new Error('the feed is closed')
    return heard
  }

  #scheduleNext(): void {
    const sinceMs = performance.now() - this.#beganMs
    // A log that fails is not asked sooner because somebody wakes.
    const delay =
      this.#failures > 0
        ? retryDelayMs(this.#failures, RETRY_FROM_MS, RETRY_AT_MOST_MS)
        : this.#isWoken
          ? this.#gapMs - sinceMs
          : this.#settings.readEvery * 1000
    this.#timer = setTimeout(() => this.#read(), Math.max(delay, 0)).unref()
  }

  #sweep(): void {
    const { table, clock } = this.#settings
    const began = performance.now()
    if (began - this.#sweptMs < SWEEP_EVERY_MS) return
    this.#sweptMs = began
    const now = clock()
    for (let swept = 0; swept < SWEPT_AT_ONCE; swept++) {
      table.sweepNext(now)
      if (performance.now() - began > LONGEST_SWEEP_MS) break
    }
  }

  #wake(): void {
    if (this.#isClosed) return
    this.#isWoken = true
    this.#unannounced = 0
    if (this.#reading !== undefined || this.#failures > 0) return
    const sinceMs = performance.now() - this.#beganMs
    if (sinceMs >= this.#gapMs) return this.#read()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#read(), this.#gapMs - sinceMs).unref()
  }

  get #gapMs(): number {
    const doublings = Math.min(Math.max(this.#wokenForNothing - FEW, 0), 10)
    return Math.min(SHORTEST_GAP_MS * 2 ** doublings, LONGEST_GAP_MS)
  }

  #listen(): void {
    const { log } = this.#settings
    const listening = new Promise<() => Promise<void>>((resolve) =>
      resolve(log.listen(() => this.#wake())),
    )
    within(listening, ANSWER_WITHIN, (stop) => abandon(stop())).then(
      (stop) => {
        if (this.#isClosed) return abandon(stop())
        this.#stopListening = stop
        this.#listenFailures = 0
        // What was appended before it began was not announced.
        this.#wake()
      },
      () => this.#listenLater(),
    )
  }

  #listenLater(): void {
    if (this.#isClosed) return
    this.#listenFailures++
    this.#listenTimer = setTimeout(
      () => this.#listen(),
      retryDelayMs(this.#listenFailures, RETRY_FROM_MS, RETRY_AT_MOST_MS),
    ).unref()
  }

  /** A wake-up may be lost, or come late. Several in a row, and nobody listens any more at the other end. */
  #missWakeUp(): void {
    this.#unannounced++
    const stop = this.#stopListening
    if (this.#unannounced < MOST_UNANNOUNCED || stop === undefined) return
    this.#unannounced = 0
    this.#stopListening = undefined
    abandon(new Promise((resolve) => resolve(stop())))
    this.#listenLater()
  }
}

function createSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
