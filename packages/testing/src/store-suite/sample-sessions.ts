import { randomBytes } from 'node:crypto'
import type { ReplayStep, RotateStep, SessionRow } from '@gatewarden/core'

/** The time in most tests: far enough from the system's that a store which reads its own clock is found out. */
export const NOON = 2_500_000_000

export const HOUR = 3_600
export const DAY = 24 * HOUR

/** A session that was opened at noon: idle in an hour, over in a day. */
export function sampleSession(given: Partial<SessionRow> = {}): SessionRow {
  const { createdAt = NOON } = given
  return {
    handle: randomBytes(16).toString('base64url'),
    sid: randomBytes(16).toString('base64url'),
    subject: 'alice',
    client: 'web',
    binding: '',
    generation: 0,
    rotatedAt: createdAt,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt,
    idleExpiresAt: createdAt + HOUR,
    expiresAt: createdAt + DAY,
    revokedAt: null,
    revokedFor: null,
    data: '{"scope":"orders:read"}',
    ...given,
  }
}

/** A minute after the session was opened, its head is presented by whom it belongs to. */
export function rotationOf(row: SessionRow, given: Partial<RotateStep> = {}): RotateStep {
  const { handle, generation, client, binding, createdAt } = row
  const now = given.now ?? createdAt + 60
  return { handle, generation, client, binding, now, idleExpiresAt: now + HOUR, ...given }
}

/** A minute after the session was opened, the token before its head is presented, in time. */
export function replayOf(row: SessionRow, given: Partial<ReplayStep> = {}): ReplayStep {
  const { handle, generation, createdAt } = row
  return { handle, generation, now: createdAt + 60, late: false, ...given }
}

/** What a session must be after its head was used. */
export function rotated(row: SessionRow, { now, idleExpiresAt }: RotateStep): SessionRow {
  return {
    ...row,
    generation: row.generation + 1,
    rotatedAt: now,
    replays: 0,
    idleExpiresAt: Math.min(Math.max(row.idleExpiresAt, idleExpiresAt), row.expiresAt),
  }
}
