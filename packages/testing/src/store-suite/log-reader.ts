import assert from 'node:assert/strict'
import {
  type LoggedRevocation,
  type RevocationLog,
  revocationsOf,
  type RevocationSnapshot,
} from '@gatewarden/core'

/** No log needs as many to tell of what the tests append. */
const MOST_PAGES = 5_000

const ROW = /^[\w-]{24}\d{20}$/

/** A process that follows a log, as simple as one can be. */
export interface LogReader {
  /** All it was told of, entries of one key as one. */
  readonly held: ReadonlyMap<string, LoggedRevocation>
  /** Where it reads on. */
  readonly cursor: string
  /** Reads a page, or takes a snapshot where the log cannot tell any more. Resolves to whether there is more. */
  step(): Promise<boolean>
  /** Reads to the end. */
  catchUp(): Promise<void>
}

/** Begins with a snapshot, as a new process does. */
export async function startReader(log: RevocationLog, now = 0): Promise<LogReader> {
  const { cursor, pages } = await log.snapshot(now)
  const reader = createReader(log, cursor, now)
  await reader.take(pages)
  return reader
}

/** Begins with a cursor of before, and holds nothing. */
export function resumeReader(log: RevocationLog, cursor: string, now = 0): LogReader {
  return createReader(log, cursor, now)
}

function createReader(log: RevocationLog, from: string, now: number) {
  const held = new Map<string, LoggedRevocation>()
  let cursor = from

  async function take(pages: AsyncIterable<string>): Promise<void> {
    for await (const rows of pages) mergeInto(held, entriesOf(rows))
  }

  async function step(): Promise<boolean> {
    const page = await log.read(cursor)
    if (page === undefined) {
      const snapshot = await log.snapshot(now)
      cursor = snapshot.cursor
      await take(snapshot.pages)
      return true
    }
    if (page.hasMore) assert.notEqual(page.cursor, cursor, 'there is more, and the cursor stays')
    mergeInto(held, entriesOf(page.rows))
    cursor = page.cursor
    return page.hasMore
  }

  return {
    held,
    get cursor() {
      return cursor
    },
    take,
    step,
    async catchUp() {
      let pages = 0
      while (await step()) assert.ok(++pages < MOST_PAGES, 'reading comes to no end')
    },
  }
}

/** What a log tells after a cursor that it has to know, row by row. */
export async function readAfter(log: RevocationLog, cursor: string): Promise<LoggedRevocation[]> {
  const entries: LoggedRevocation[] = []
  let from = cursor
  for (let pages = 0; ; pages++) {
    assert.ok(pages < MOST_PAGES, 'reading comes to no end')
    const page = await log.read(from)
    assert.ok(page, 'the log does not know a cursor any more that is hardly behind')
    entries.push(...entriesOf(page.rows))
    if (!page.hasMore) return entries
    assert.notEqual(page.cursor, from, 'there is more, and the cursor stays')
    from = page.cursor
  }
}

/** What a snapshot holds, entries of one key as one. */
export async function allOf({ pages }: RevocationSnapshot): Promise<Map<string, LoggedRevocation>> {
  const held = new Map<string, LoggedRevocation>()
  for await (const rows of pages) mergeInto(held, entriesOf(rows))
  return held
}

/** Entries of one key as one, with the latest of each of its times. */
export function merged(entries: readonly LoggedRevocation[]): Map<string, LoggedRevocation> {
  const held = new Map<string, LoggedRevocation>()
  mergeInto(held, entries)
  return held
}

export function mergeInto(
  held: Map<string, LoggedRevocation>,
  entries: readonly LoggedRevocation[],
): void {
  for (const { key, until, issuedUpTo } of entries) {
    const same = held.get(key)
    held.set(key, {
      key,
      until: Math.max(until, same?.until ?? 0),
      issuedUpTo: Math.max(issuedUpTo, same?.issuedUpTo ?? 0),
    })
  }
}

/** The entries of rows that were stored and came back. */
export function entriesOf(rows: string): LoggedRevocation[] {
  assert.equal(typeof rows, 'string', 'rows are a text')
  assert.equal(rows.length % 44, 0, `rows have 44 characters each, these are ${rows.length}`)
  for (let at = 0; at < rows.length; at += 44) {
    const row = rows.slice(at, at + 44)
    if (!ROW.test(row)) assert.match(row, ROW, 'a row is a key and twice ten digits')
  }
  return revocationsOf(rows)
}
