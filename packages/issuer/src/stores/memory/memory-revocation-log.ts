import { type RevocationLog, revocationRow } from '@gatewarden/core'
import { createRecentRows } from './recent-rows.ts'
import { keyOf, mergeRows, untilOf } from './revocation-rows.ts'
import { createWakeUps } from './wake-ups.ts'

/** Rows of a page: long enough to be quick, short enough to let others have their turn. */
const PAGE = 4_096

export interface MemoryRevocationLogOptions {
  /** The most entries at once; an entry that is live is never dropped for another. */
  readonly maxRevocations: number
  /** How many appended rows are kept in their order. A reader that is further behind takes a snapshot. Default 10,000. */
  readonly maxRecent?: number
}

/** A log in memory. Each step is over before anybody else gets a turn, so all are atomic. */
export function createMemoryRevocationLog(options: MemoryRevocationLogOptions): RevocationLog {
  const { maxRevocations, maxRecent = 10_000 } = options
  const entries = new Map<string, string>()
  const recent = createRecentRows(maxRecent)
  const wakeUps = createWakeUps()
  // Entries come without the time: what has ended is judged by the latest that anybody told.
  let latest = -Infinity

  function dropEnded(now: number): number {
    const before = entries.size
    for (const [key, row] of entries) if (untilOf(row) <= now) entries.delete(key)
    return before - entries.size
  }

  function hasRoomFor(rows: readonly string[]): boolean {
    const added = new Set(rows.map(keyOf).filter((key) => !entries.has(key)))
    return entries.size + added.size <= maxRevocations
  }

  function appendRows(rows: readonly string[]): void {
    if (!hasRoomFor(rows)) dropEnded(latest)
    if (!hasRoomFor(rows)) {
      throw new RangeError(
        `createMemoryStore: all ${maxRevocations} revocations are live, nothing was revoked: raise maxRevocations`,
      )
    }
    for (const row of rows) {
      const held = entries.get(keyOf(row))
      const merged = held === undefined ? row : mergeRows(held, row)
      if (merged === held) continue
      entries.set(keyOf(row), merged)
      recent.add(merged)
      wakeUps.call()
    }
  }

  async function* livePages(now: number): AsyncGenerator<string, void> {
    let page: string[] = []
    // A Map can be changed while it is gone through: what stays in it is met once, whatever comes and goes.
    for (const row of entries.values()) {
      if (untilOf(row) <= now) continue
      if (page.push(row) < PAGE) continue
      yield page.join('')
      page = []
      await turn()
    }
    if (page.length > 0) yield page.join('')
  }

  return {
    append: (appended) =>
      new Promise((resolve) => {
        // All of them are looked at before the first is kept.
        appendRows(appended.map(revocationRow))
        resolve()
      }),

    snapshot(now) {
      latest = Math.max(latest, now)
      return Promise.resolve({ cursor: recent.end(), pages: livePages(now) })
    },

    read(cursor) {
      const page = recent.from(cursor, PAGE)
      return Promise.resolve(page && { ...page, rows: page.rows.join('') })
    },

    find: (keys) => Promise.resolve(keys.map((key) => entries.get(key) ?? '').join('')),

    listen(wake) {
      const end = wakeUps.add(wake)
      return Promise.resolve(() => Promise.resolve(end()))
    },

    sweep(now) {
      latest = Math.max(latest, now)
      return Promise.resolve(dropEnded(now))
    },
  }
}

/** Lets requests go first: a process may hold a million entries. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
