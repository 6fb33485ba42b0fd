import type { SessionRow } from '@gatewarden/core'
import type { SessionRows } from './session-rows.ts'

/** The bound of a store in memory: what makes room when it is reached. */
export interface SessionRoom {
  /** Whether there is room for one more session at this time, be it that sessions which have ended had to go. */
  readonly makeAt: (now: number) => boolean
  /** To be told of every session that was opened or revoked. */
  readonly note: (row: SessionRow) => void
  readonly drop: (row: SessionRow) => void
}

/**
 * Sessions that have ended are kept to tell an old token for what it is. Where room is short they go: first those that
 * ended by themselves, then one that was revoked, the one that has been so for longest. Live ones never do.
 */
export function createSessionRoom(rows: SessionRows, maxSessions: number): SessionRoom {
  const revoked = new Set<string>()
  // A lower bound of when the next one ends, so that a full store is not gone through at every login.
  let nextEnd = Infinity

  function drop(row: SessionRow): void {
    rows.drop(row)
    revoked.delete(row.handle)
  }

  function dropEnded(now: number): void {
    nextEnd = Infinity
    for (const row of rows.all()) {
      if (endOf(row) <= now) drop(row)
      else nextEnd = Math.min(nextEnd, endOf(row))
    }
  }

  function dropOneRevoked(): void {
    const [handle] = revoked
    const row = handle === undefined ? undefined : rows.byHandle(handle)
    if (row !== undefined) drop(row)
  }

  return {
    makeAt(now) {
      if (rows.size >= maxSessions && nextEnd <= now) dropEnded(now)
      if (rows.size >= maxSessions) dropOneRevoked()
      return rows.size < maxSessions
    },

    note(row) {
      nextEnd = Math.min(nextEnd, endOf(row))
      if (row.revokedAt !== null) revoked.add(row.handle)
    },

    drop,
  }
}

/** When it ends by itself. */
function endOf({ idleExpiresAt, expiresAt }: SessionRow): number {
  return Math.min(idleExpiresAt, expiresAt)
}
