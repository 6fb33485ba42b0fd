import assert from 'node:assert/strict'
import type { IssuerStore, SessionRow } from '@gatewarden/core'

/** Compares member by member; what the object was made by does not matter. */
export function assertRow(
  actual: SessionRow | undefined,
  expected: SessionRow,
  message?: string,
): asserts actual is SessionRow {
  assert.deepEqual(actual && { ...actual }, { ...expected }, message)
}

export function assertRows(
  actual: readonly SessionRow[],
  expected: readonly SessionRow[],
  message?: string,
): void {
  assert.deepEqual(
    actual.map((row) => ({ ...row })),
    expected.map((row) => ({ ...row })),
    message,
  )
}

/** The session is found under both its names, and is this. */
export async function assertStored(
  { sessions }: IssuerStore,
  expected: SessionRow,
  message?: string,
): Promise<void> {
  assertRow(await sessions.find(expected.handle), expected, message)
  assertRow(await sessions.findBySid(expected.sid), expected, message)
}

/** The session is found under none of its names. */
export async function assertGone(
  { sessions }: IssuerStore,
  { handle, sid, subject }: SessionRow,
): Promise<void> {
  assert.equal(await sessions.find(handle), undefined, 'find')
  assert.equal(await sessions.findBySid(sid), undefined, 'findBySid')
  const listed = await sessions.list(subject, 0)
  assert.ok(
    listed.every((row) => row.handle !== handle),
    'list',
  )
}

/** Keeps a session and hands it back. */
export async function inserted({ sessions }: IssuerStore, row: SessionRow): Promise<SessionRow> {
  await sessions.insert(row)
  return row
}
