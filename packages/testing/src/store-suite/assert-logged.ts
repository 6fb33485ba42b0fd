import assert from 'node:assert/strict'
import { type IssuerStore, type LoggedRevocation, revocationRow } from '@gatewarden/core'
import { allOf, entriesOf, merged } from './log-reader.ts'

/** A snapshot at this time holds these, and nothing else. */
export async function assertLive(
  { revocations }: IssuerStore,
  now: number,
  expected: readonly LoggedRevocation[],
  what = `live at ${now}`,
): Promise<void> {
  assertHeld(await allOf(await revocations.snapshot(now)), expected, what)
}

/** The log finds these, of the keys asked for, and nothing else. */
export async function assertFound(
  { revocations }: IssuerStore,
  keys: readonly string[],
  expected: readonly LoggedRevocation[],
  what = 'found',
): Promise<void> {
  assertHeld(merged(entriesOf(await revocations.find(keys))), expected, what)
}

/** These are held, and nothing else. Entries of one key count as one. */
export function assertHeld(
  held: ReadonlyMap<string, LoggedRevocation>,
  expected: readonly LoggedRevocation[],
  what: string,
): void {
  const actual = new Set([...held.values()].map(revocationRow))
  const wanted = new Set([...merged(expected).values()].map(revocationRow))
  const missing = [...wanted].filter((row) => !actual.has(row))
  const surplus = [...actual].filter((row) => !wanted.has(row))
  assertNone(what, missing, surplus)
}

/** These are held, for at least as long and of at least as many tokens, and maybe others. */
export function assertCovered(
  held: ReadonlyMap<string, LoggedRevocation>,
  expected: readonly LoggedRevocation[],
  what: string,
): void {
  const missing = expected.filter(({ key, until, issuedUpTo }) => {
    const same = held.get(key)
    return same === undefined || same.until < until || same.issuedUpTo < issuedUpTo
  })
  assertNone(what, missing.map(revocationRow), [])
}

/** Of thousands, the first few say what is wrong. */
function assertNone(what: string, missing: readonly string[], surplus: readonly string[]): void {
  const list = (rows: readonly string[]) => ({ count: rows.length, first: rows.slice(0, 3) })
  assert.deepEqual(
    { what, missing: list(missing), surplus: list(surplus) },
    { what, missing: list([]), surplus: list([]) },
  )
}
