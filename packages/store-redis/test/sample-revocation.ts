import { randomBytes } from 'node:crypto'
import {
  ALL_TOKENS,
  type LoggedRevocation,
  type RevocationLog,
  revocationsOf,
} from '@gatewarden/core'
import { NOON } from './sample-session.ts'

/** Of something that nobody else revokes. It counts for a quarter of an hour. */
export function sampleRevocation(given: Partial<LoggedRevocation> = {}): LoggedRevocation {
  return {
    key: randomBytes(18).toString('base64url'),
    until: NOON + 900,
    issuedUpTo: ALL_TOKENS,
    ...given,
  }
}

export function sampleRevocations(count: number): LoggedRevocation[] {
  return Array.from({ length: count }, () => sampleRevocation())
}

/** What a process is told that starts now. */
export async function snapshotOf(log: RevocationLog, now = NOON) {
  const { cursor, pages } = await log.snapshot(now)
  const held: LoggedRevocation[] = []
  for await (const page of pages) held.push(...revocationsOf(page))
  return { cursor, held: byKey(held) }
}

/** Reads to the end; undefined when the log cannot tell. */
export async function readOn(log: RevocationLog, from: string) {
  const read: LoggedRevocation[] = []
  for (let cursor = from; ;) {
    const page = await log.read(cursor)
    if (page === undefined) return undefined
    read.push(...revocationsOf(page.rows))
    if (!page.hasMore) return { cursor: page.cursor, read }
    cursor = page.cursor
  }
}

export function byKey(entries: readonly LoggedRevocation[]): LoggedRevocation[] {
  return [...entries].sort((a, b) => (a.key < b.key ? -1 : 1))
}
