import { createHash } from 'node:crypto'
import {
  ALL_TOKENS,
  type LoggedRevocation,
  type RevocationLog,
  revocationsOf,
} from '@gatewarden/core'
import { NOON } from './sessions.ts'

/** A key as logs have them: 16 bytes of fingerprint, a kind, and a zero. */
export function keyOf(name: string): string {
  const fingerprint = createHash('sha256').update(name).digest().subarray(0, 16)
  return Buffer.concat([fingerprint, Buffer.of(2, 0)]).toString('base64url')
}

/** A revocation of what has this name, for a quarter of an hour. */
export function revocationOf(name: string | number, until = NOON + 900): LoggedRevocation {
  return { key: keyOf(String(name)), until, issuedUpTo: ALL_TOKENS }
}

/** The keys of a snapshot. */
export async function liveKeys(log: RevocationLog, now = 0): Promise<Set<string>> {
  const keys = new Set<string>()
  for await (const rows of (await log.snapshot(now)).pages)
    for (const { key } of revocationsOf(rows)) keys.add(key)
  return keys
}

/** The keys after a cursor, up to the end, and the cursor there. Undefined where the log cannot tell. */
export async function readAll(
  log: RevocationLog,
  from: string,
): Promise<{ keys: string[]; cursor: string } | undefined> {
  const keys: string[] = []
  for (let cursor = from; ;) {
    const page = await log.read(cursor)
    if (page === undefined) return undefined
    keys.push(...revocationsOf(page.rows).map(({ key }) => key))
    cursor = page.cursor
    if (!page.hasMore) return { keys, cursor }
  }
}
