import { firstWord, KIND_BITS, KINDS } from './fingerprint.ts'
import { ROW_LENGTH } from './revocation-row.ts'
import type { RevocationTable } from './revocation-table.ts'

/** Bytes of a row that is read as base64url as a whole: its digits happen to be characters of it. */
const ROW_BYTES = 33
const KEY_LENGTH = 24
const DIGITS = 10
const ZERO = '0'.charCodeAt(0)

/** Characters that are decoded at once. */
export const PIECE = 512 * ROW_LENGTH
/** Calls between two looks at the time. */
const CALLS_BETWEEN = 64
/** Milliseconds after which others get their turn. */
const LONGEST_SLICE_MS = 8

/** How many entries of each kind were news, by the number of the kind. */
export type KindCounts = number[]

export const noCounts = (): KindCounts => new Array<number>(KINDS.length + 1).fill(0)

/**
 * Adds the rows of a log to a table, and lets the event loop go on between them: a page may be long.
 *
 * @param counts how many of each kind were news is added here
 * @throws TypeError for what are no rows; those before it count
 */
export async function applyRows(
  rows: string,
  table: RevocationTable,
  now: number,
  counts: KindCounts,
): Promise<void> {
  if (rows.length % ROW_LENGTH !== 0) throw notRows()
  const pieces = Array.from({ length: Math.ceil(rows.length / PIECE) }, (_, at) => at * PIECE)
  await inSlices(pieces, (at) => applySome(rows.slice(at, at + PIECE), table, now, counts), 1)
}

/** Calls for each, and lets the event loop go on after a while: then, and only then, it returns a promise. */
export function inSlices<T>(
  items: readonly T[],
  call: (item: T) => void,
  between = CALLS_BETWEEN,
): Promise<void> | undefined {
  return go(0)

  function go(from: number): Promise<void> | undefined {
    const began = performance.now()
    for (let at = from; at < items.length; at++) {
      call(items[at]!)
      if ((at - from + 1) % between !== 0 || at + 1 === items.length) continue
      if (performance.now() - began < LONGEST_SLICE_MS) continue
      return othersTurn().then(() => go(at + 1))
    }
    return undefined
  }
}

export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function applySome(rows: string, table: RevocationTable, now: number, counts: KindCounts): void {
  const bytes = Buffer.from(rows, 'base64url')
  // Whatever is no character of base64url was left out.
  if (bytes.length !== (rows.length / ROW_LENGTH) * ROW_BYTES) throw notRows()
  for (let row = 0; row * ROW_LENGTH < rows.length; row++) {
    const at = row * ROW_BYTES
    const digits = row * ROW_LENGTH + KEY_LENGTH
    const until = secondsAt(rows, digits)
    const issuedUpTo = secondsAt(rows, digits + DIGITS)
    const kind = bytes[at + 16]!
    // What a later version of this package revokes by, no token that this one verifies has.
    if (kind === 0 || kind > KINDS.length || bytes[at + 17]! > 1) continue
    const isNews = table.addWords(
      firstWord(bytes.readInt32BE(at)),
      bytes.readInt32BE(at + 4),
      bytes.readInt32BE(at + 8),
      (bytes.readInt32BE(at + 12) & ~KIND_BITS) | kind,
      until,
      issuedUpTo,
      now,
    )
    if (isNews) counts[kind]!++
  }
}

function secondsAt(rows: string, at: number): number {
  let seconds = 0
  for (let digit = at; digit < at + DIGITS; digit++) {
    const value = rows.charCodeAt(digit) - ZERO
    if (value < 0 || value > 9) throw notRows()
    seconds = seconds * 10 + value
  }
  return seconds
}

function notRows(): TypeError {
  return new TypeError('the log gave what are no rows of revocations')
}
