import { randomUUID } from 'node:crypto'
import {
  ALL_TOKENS,
  type LoggedRevocation,
  type RevocationLog,
  type RevocationPage,
  revocationRow,
  type RevocationSnapshot,
} from '@gatewarden/core'

/** What can be wrong with a log; the suite must notice each. */
export type LogFault =
  // append
  | 'the log shortens'
  | 'the log takes the first until'
  | 'the log narrows'
  | 'the log takes the first issuedUpTo'
  | 'the log keeps both times of the row that ends last'
  | 'the log reads, waits and then writes'
  | 'the log folds case'
  | 'the log holds 500 entries'
  | 'the log leaves out what is after 16,000 of a call'
  | 'the log cannot append nothing'
  | 'the log keeps what is no entry'
  | 'the log keeps the objects it was given'
  | 'the log compares times as texts'
  | 'the log takes 0 for all tokens'
  // snapshot
  | 'snapshots show what ends now'
  | 'snapshots compare with the clock of the system'
  | 'snapshots round the time'
  | 'snapshots judge row by row'
  | 'snapshots are cut at a page'
  | 'snapshots are one page'
  | 'snapshots turn pages by offset'
  | 'snapshots take their cursor at the end'
  | 'snapshots hold a connection each'
  // read
  | 'a page misses its last row'
  | 'there is never more'
  | 'there is always more'
  | 'cursors are one ahead'
  | 'cursors are used up'
  | 'cursors are those of any log'
  | 'cursors ahead of the log are good'
  | 'cursors belong to a handle'
  | 'garbage is read as no news'
  | 'garbage is read from the start'
  | 'garbage is an error'
  | 'the newest comes first'
  | 'changes are no news'
  | 'what was once there is no news'
  | 'the last row comes every time'
  | 'numbers are taken before the row is written'
  | 'rows are numbered anew by a sweep'
  | 'the log is trimmed to 500 rows'
  | 'an empty log knows no cursor'
  // find
  | 'find takes the row that came first'
  | 'find takes the row that came last'
  | 'find leaves out what is over'
  | 'find folds case'
  | 'find looks for 500 keys'
  | 'find finds all'
  | 'find sees what its own handle appended'
  // sweep
  | 'the log keeps what ends now'
  | 'the log drops what ends within a second'
  | 'a sweep counts rows'
  | 'sweeps count what others dropped'
  | 'a sweep drops what was extended meanwhile'
  | 'a sweep drops 10,000'
  | 'a sweep judges row by row'
  | 'a sweep empties the log behind it'
  // listen
  | 'nobody is woken'
  | 'only the own handle is woken'
  | 'one is woken once'
  | 'one is woken before the row is written'
  | 'one listener at a time'
  | 'listeners are functions'
  | 'ending it ends all'
  | 'ending it ends nothing'
  | 'ending it twice is an error'
  | 'ten can listen'
  | 'closing waits for listeners'

/** What several handles share. */
export interface LogData {
  readonly id: string
  /** What was appended, oldest first. A number that was taken and not written yet is undefined. */
  rows: (LoggedRevocation | undefined)[]
  /** How many were before the first of them. */
  trimmed: number
  /** Every row of a key: this log leaves it to the reader to merge them. */
  readonly entries: Map<string, LoggedRevocation[]>
  readonly listeners: Set<Listener>
  readonly seen: Set<string>
  connections: number
  handles: number
}

interface Listener {
  readonly wake: () => void
  readonly handle: number
}

const PAGE = 700

export function createLogData(faults: ReadonlySet<string>): LogData {
  return {
    id: faults.has('cursors are those of any log') ? 'log' : randomUUID(),
    rows: [],
    trimmed: 0,
    entries: new Map(),
    listeners: new Set(),
    seen: new Set(),
    connections: 10,
    handles: 0,
  }
}

/** The smallest log there is: an array, and a turn of the event loop before each call, as over a connection. */
export class ReferenceLog implements RevocationLog {
  private readonly data: LogData
  private readonly faults: ReadonlySet<string>
  private readonly handle: number

  constructor(data: LogData, faults: ReadonlySet<string>) {
    this.data = data
    this.faults = faults
    this.handle = data.handles++
  }

  async append(given: readonly LoggedRevocation[]): Promise<void> {
    if (this.has('one is woken before the row is written')) {
      this.wakeAll()
      for (let wait = 0; wait < 5; wait++) await turn()
    }
    await turn()
    if (given.length === 0 && this.has('the log cannot append nothing'))
      throw new Error('syntax error at or near ")"')
    if (!this.has('the log keeps what is no entry')) given.forEach(revocationRow)
    const isCut = this.has('the log leaves out what is after 16,000 of a call')
    const entries = isCut ? given.slice(0, 16_000) : given
    const isNumberedFirst = this.has('numbers are taken before the row is written')
    const numbers = isNumberedFirst ? entries.map(() => this.data.rows.push(undefined) - 1) : []
    for (let wait = 0; isNumberedFirst && wait < entries.length; wait += 10) await turn()

    for (const [i, entry] of entries.entries()) {
      const held = this.rowsOf(entry.key)
      if (this.has('the log reads, waits and then writes')) await turn()
      this.write(held, entry, numbers[i])
    }
    if (!this.has('one is woken before the row is written')) this.wakeAll()
  }

  async snapshot(now: number): Promise<RevocationSnapshot> {
    await turn()
    if (this.has('snapshots hold a connection each')) {
      if (this.data.connections === 0) await never()
      this.data.connections--
    }
    const pages = this.pages(this.has('snapshots round the time') ? Math.round(now) : now)
    const cursor = this.end()
    const end = () => this.end()
    if (!this.has('snapshots take their cursor at the end')) return { cursor, pages }
    return {
      get cursor() {
        return end()
      },
      pages,
    }
  }

  async read(cursor: string): Promise<RevocationPage | undefined> {
    await turn()
    const { data } = this
    const end = data.trimmed + data.rows.length
    const start = this.numberOf(cursor)
    if (start === undefined) return this.readGarbage()
    if (start > end && this.has('cursors ahead of the log are good'))
      return { rows: '', cursor, hasMore: false }
    if (start > end || start < data.trimmed) return undefined
    if (end === 0 && this.has('an empty log knows no cursor')) return undefined
    if (data.seen.has(cursor)) return { rows: '', cursor, hasMore: false }
    if (this.has('cursors are used up')) data.seen.add(cursor)
    const first =
      this.has('the last row comes every time') && start > data.trimmed ? start - 1 : start
    const last = Math.min(start + PAGE, end)
    const isShort = this.has('a page misses its last row') && last - start === PAGE
    const page = data.rows.slice(first - data.trimmed, last - data.trimmed - (isShort ? 1 : 0))
    const rows = page.filter((row) => row !== undefined).map(textOf)
    if (this.has('the newest comes first')) rows.reverse()
    const ahead = this.has('cursors are one ahead') && last > start ? 1 : 0
    return {
      rows: rows.join(''),
      cursor: this.cursorAt(last + ahead),
      hasMore: this.has('there is always more') || (last < end && !this.has('there is never more')),
    }
  }

  async find(keys: readonly string[]): Promise<string> {
    await turn()
    const asked = this.has('find looks for 500 keys') ? keys.slice(0, 500) : keys
    const rows = [...this.data.entries].flatMap(([key, entries]) => {
      const isAsked = this.has('find folds case')
        ? asked.some((each) => each.toLowerCase() === key.toLowerCase())
        : asked.includes(key) || this.has('find finds all')
      if (!isAsked) return []
      if (this.has('find takes the row that came first')) return entries.slice(0, 1)
      if (this.has('find takes the row that came last')) return entries.slice(-1)
      if (this.has('find leaves out what is over')) return entries.filter(({ until }) => until > 1)
      if (this.has('find sees what its own handle appended'))
        return entries.filter((entry) => this.own.has(entry))
      return entries
    })
    return rows.map(textOf).join('')
  }

  async listen(wake: () => void): Promise<() => Promise<void>> {
    await turn()
    const { listeners } = this.data
    if (this.has('one listener at a time')) listeners.clear()
    if (this.has('ten can listen') && listeners.size >= 10) await never()
    const listener = { wake, handle: this.handle }
    listeners.add(listener)
    let isEnded = false
    return async () => {
      await turn()
      if (isEnded && this.has('ending it twice is an error')) throw new Error('not listening')
      isEnded = true
      if (this.has('ending it ends nothing')) return
      if (this.has('ending it ends all')) listeners.clear()
      for (const each of listeners) {
        const isSame = this.has('listeners are functions') && each.wake === wake
        if (each === listener || isSame) listeners.delete(each)
      }
    }
  }

  async sweep(now: number): Promise<number> {
    await turn()
    const { data } = this
    const limit = this.has('a sweep drops 10,000') ? 10_000 : Infinity
    const ended = [...data.entries]
      .filter(([, rows]) => this.isOver(rows, now))
      .map(([key]) => key)
      .slice(0, limit)
    if (this.has('a sweep drops what was extended meanwhile')) await turn()
    if (this.has('sweeps count what others dropped')) await turn()
    let count = 0
    for (const key of ended) {
      const rows = this.rowsOf(key)
      if (data.entries.delete(key) || this.has('sweeps count what others dropped'))
        count += this.has('a sweep counts rows') ? rows.length : 1
    }
    if (this.has('a sweep judges row by row')) {
      for (const [key, rows] of data.entries) {
        const live = rows.filter(({ until }) => until > now)
        data.entries.set(key, live)
      }
    }
    if (this.has('rows are numbered anew by a sweep'))
      data.rows = data.rows.filter((row) => row !== undefined && data.entries.has(row.key))
    if (this.has('a sweep empties the log behind it')) data.rows = data.rows.map(() => undefined)
    return count
  }

  private readonly own = new Set<LoggedRevocation>()

  private write(
    held: readonly LoggedRevocation[],
    given: LoggedRevocation,
    number: number | undefined,
  ): void {
    const { data } = this
    const entry = this.kept(given)
    const key = this.has('the log folds case') ? entry.key.toLowerCase() : entry.key
    if (held.length === 0 && data.entries.size >= 500 && this.has('the log holds 500 entries'))
      return
    data.entries.set(key, this.combined(held, entry))
    this.own.add(entry)

    const isOld =
      (held.length > 0 && this.has('changes are no news')) ||
      (this.has('what was once there is no news') && data.seen.has(textOf(entry)))
    if (this.has('what was once there is no news')) data.seen.add(textOf(entry))
    if (isOld) return
    if (number === undefined) data.rows.push(entry)
    else data.rows[number] = entry
    if (this.has('the log is trimmed to 500 rows')) {
      const surplus = Math.max(data.rows.length - 500, 0)
      data.rows.splice(0, surplus)
      data.trimmed += surplus
    }
  }

  /** What is kept of what was given. */
  private kept(given: LoggedRevocation): LoggedRevocation {
    if (this.has('the log keeps the objects it was given')) return given
    const { key, until, issuedUpTo } = given
    const isAll = issuedUpTo === 0 && this.has('the log takes 0 for all tokens')
    return { key, until, issuedUpTo: isAll ? ALL_TOKENS : issuedUpTo }
  }

  private combined(held: readonly LoggedRevocation[], entry: LoggedRevocation): LoggedRevocation[] {
    const [first] = held
    const { key, until, issuedUpTo } = entry
    if (first === undefined) return [entry]
    const latest = {
      key,
      until: Math.max(first.until, until),
      issuedUpTo: Math.max(first.issuedUpTo, issuedUpTo),
    }
    if (this.has('the log shortens')) return [{ ...latest, until }]
    if (this.has('the log takes the first until')) return [{ ...latest, until: first.until }]
    if (this.has('the log narrows')) return [{ ...latest, issuedUpTo }]
    if (this.has('the log takes the first issuedUpTo'))
      return [{ ...latest, issuedUpTo: first.issuedUpTo }]
    if (this.has('the log keeps both times of the row that ends last'))
      return [first.until > until ? first : entry]
    if (this.has('the log compares times as texts'))
      return [{ ...latest, until: `${first.until}` > `${until}` ? first.until : until }]
    return [...held, entry]
  }

  private async *pages(now: number): AsyncGenerator<string, void> {
    const at = this.has('snapshots compare with the clock of the system') ? Date.now() / 1e3 : now
    const offset = this.has('snapshots turn pages by offset')
    const size = this.has('snapshots are one page') ? Infinity : PAGE
    try {
      let page: LoggedRevocation[] = []
      for (let from = 0; offset; from += PAGE) {
        const live = [...this.data.entries.values()].filter((rows) => this.isLive(rows, at))
        const rows = live.slice(from, from + PAGE).flat()
        if (rows.length === 0) return
        yield rows.map(textOf).join('')
        await turn()
      }
      for (const rows of this.data.entries.values()) {
        if (!this.isLive(rows, at)) continue
        page.push(
          ...(this.has('snapshots judge row by row') ? rows.filter((r) => r.until > at) : rows),
        )
        if (page.length < size) continue
        yield page.map(textOf).join('')
        page = []
        if (this.has('snapshots are cut at a page')) return
        await turn()
      }
      yield page.map(textOf).join('')
    } finally {
      this.data.connections++
    }
  }

  private isLive(rows: readonly LoggedRevocation[], now: number): boolean {
    const until = Math.max(...rows.map((row) => row.until))
    return until > now || (until === now && this.has('snapshots show what ends now'))
  }

  private isOver(rows: readonly LoggedRevocation[], now: number): boolean {
    const until = Math.max(...rows.map((row) => row.until))
    if (this.has('the log keeps what ends now')) return until < now
    return until <= now + (this.has('the log drops what ends within a second') ? 0.999 : 0)
  }

  private readGarbage(): RevocationPage | undefined {
    if (this.has('garbage is an error')) throw new Error('invalid input syntax for type bigint')
    if (this.has('garbage is read as no news'))
      return { rows: '', cursor: this.end(), hasMore: false }
    if (this.has('garbage is read from the start'))
      return { rows: '', cursor: this.cursorAt(0), hasMore: this.data.rows.length > 0 }
    return undefined
  }

  private rowsOf(key: string): readonly LoggedRevocation[] {
    return this.data.entries.get(key) ?? []
  }

  private end(): string {
    return this.cursorAt(this.data.trimmed + this.data.rows.length)
  }

  private cursorAt(number: number): string {
    const of = this.has('cursors belong to a handle') ? `${this.handle}@` : ''
    return `${of}${this.data.id}:${number}`
  }

  private numberOf(cursor: string): number | undefined {
    const number = Number(cursor.slice(cursor.lastIndexOf(':') + 1))
    return cursor === this.cursorAt(number) ? number : undefined
  }

  private wakeAll(): void {
    const { listeners } = this.data
    if (this.has('nobody is woken')) return
    for (const listener of listeners) {
      if (this.has('only the own handle is woken') && listener.handle !== this.handle) continue
      if (this.has('one is woken once')) listeners.delete(listener)
      setImmediate(() => {
        if (listeners.has(listener) || this.has('one is woken once')) listener.wake()
      })
    }
  }

  private has(fault: LogFault): boolean {
    return this.faults.has(fault)
  }
}

/** Without a look at it: what is stored may be no entry. */
function textOf({ key, until, issuedUpTo }: LoggedRevocation): string {
  const digits = (time: number) => String(time).padStart(10, '0')
  return key + digits(until) + digits(issuedUpTo)
}

/** Other calls come first, as they do while one waits for its answer. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** As one waits for a connection of a pool that none comes back to. */
export function never(): Promise<void> {
  return new Promise(() => undefined)
}
