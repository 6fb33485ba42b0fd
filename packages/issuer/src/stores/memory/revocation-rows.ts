// A row is a key of 24 characters and twice ten digits (`revocationRow` of core). One text for an entry is less to keep
// than an object, and the tail of the log shares it.
const UNTIL = 24
const ISSUED_UP_TO = 34

export function keyOf(row: string): string {
  return row.slice(0, UNTIL)
}

export function untilOf(row: string): number {
  return Number(row.slice(UNTIL, ISSUED_UP_TO))
}

/** One row for two of the same key: the latest of each of its times. Digits in equal number compare as texts. */
export function mergeRows(one: string, other: string): string {
  const until = later(one.slice(UNTIL, ISSUED_UP_TO), other.slice(UNTIL, ISSUED_UP_TO))
  const issuedUpTo = later(one.slice(ISSUED_UP_TO), other.slice(ISSUED_UP_TO))
  return keyOf(one) + until + issuedUpTo
}

function later(one: string, other: string): string {
  return one > other ? one : other
}
