import { randomFillSync } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { ALL_TOKENS, type RevocationLog } from '@gatewarden/core'

/** Bytes of a key and of two times, which as base64url are the 44 characters of a row. */
const KEY_BYTES = 18
const ROW_BYTES = 33
const ROWS_A_PAGE = 4096

/** Numbers of the kinds, as logs have them. */
export const SESSIONS_ONLY: KindsOf = () => 2
/** Nearly all of them name a token, a session, or a user; a few name clients, tenants, keys and the issuer. */
export const EVERY_KIND: KindsOf = (row) => (row % 1000 < 4 ? 4 + (row % 4) : 1 + (row % 3))

type KindsOf = (row: number) => number

export interface GeneratedLogOptions {
  readonly entries: number
  readonly kindOf: KindsOf
  /** When the entry ends, in whole seconds. */
  readonly untilOf: (row: number) => number
}

export interface GeneratedLog extends RevocationLog {
  /** While it holds, appends wait. */
  hold(): void
  release(): void
}

/** A log whose snapshot is made while it is read, of random keys: a database of ten million would be measured as well. */
export function createGeneratedLog({
  entries,
  kindOf,
  untilOf,
}: GeneratedLogOptions): GeneratedLog {
  let held = Promise.resolve()
  let release = () => undefined as void

  async function* pages(): AsyncGenerator<string> {
    for (let from = 0; from < entries; from += ROWS_A_PAGE) {
      const page = createPage(from, Math.min(ROWS_A_PAGE, entries - from), kindOf, untilOf)
      // Making it is no work of the feed: others get their turn first.
      await turn()
      yield page
    }
  }

  return {
    append: () => held,
    snapshot: () => Promise.resolve({ cursor: 'end', pages: pages() }),
    read: (cursor) => Promise.resolve({ rows: '', cursor, hasMore: false }),
    find: () => Promise.resolve(''),
    listen: () => Promise.resolve(() => Promise.resolve()),
    sweep: () => Promise.resolve(0),
    hold() {
      held = new Promise((resolve) => (release = resolve))
    },
    release: () => release(),
  }
}

function createPage(
  from: number,
  rows: number,
  kindOf: GeneratedLogOptions['kindOf'],
  untilOf: GeneratedLogOptions['untilOf'],
): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(rows * ROW_BYTES))
  let until = NaN
  let times = Buffer.alloc(0)
  for (let row = 0; row < rows; row++) {
    const at = row * ROW_BYTES
    bytes[at + KEY_BYTES - 2] = kindOf(from + row)
    bytes[at + KEY_BYTES - 1] = 0
    if (untilOf(from + row) !== until) {
      until = untilOf(from + row)
      times = Buffer.from(`${String(until)}${String(ALL_TOKENS)}`, 'base64url')
    }
    times.copy(bytes, at + KEY_BYTES)
  }
  return bytes.toString('base64url')
}
