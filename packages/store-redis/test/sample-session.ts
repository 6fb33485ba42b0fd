import { randomBytes } from 'node:crypto'
import type { RotateStep, SessionRow } from '@gatewarden/core'

/** Far from the system's time: nothing here may read a clock. */
export const NOON = 2_500_000_000

/** A session that was opened at noon: idle in an hour, over in a day. */
export function sampleSession(given: Partial<SessionRow> = {}): SessionRow {
  return {
    handle: randomBytes(16).toString('base64url'),
    sid: randomBytes(16).toString('base64url'),
    subject: 'alice',
    client: 'web',
    binding: '',
    generation: 0,
    rotatedAt: NOON,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt: NOON,
    idleExpiresAt: NOON + 3_600,
    expiresAt: NOON + 86_400,
    revokedAt: null,
    revokedFor: null,
    data: '{"scope":"orders:read"}',
    ...given,
  }
}

/** Its head is presented by whom it belongs to. */
export function rotationOf({ handle, client, binding }: SessionRow, generation = 0): RotateStep {
  return { handle, generation, client, binding, now: NOON + 60, idleExpiresAt: NOON + 3_660 }
}
