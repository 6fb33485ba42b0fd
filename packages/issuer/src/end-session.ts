import type { SessionRow, SessionStore } from '@gatewarden/core'
import { type EndReason, publishEnded } from './events.ts'
import type { IssuerRevocations } from './revocations.ts'
import { fromStore } from './store-calls.ts'

export interface EndSettings {
  readonly sessions: SessionStore
  readonly revocations: IssuerRevocations
}

/** Revokes the access tokens of sessions. A family that lives is ended by its next refresh. */
export async function revokeAccessTokens(
  rows: readonly SessionRow[],
  now: number,
  { revocations }: EndSettings,
): Promise<void> {
  await revocations.revokeSessions(rows, now)
}

/**
 * Ends sessions: their access tokens first, then the family of refresh tokens. In this order, because a process that dies
 * in between leaves tokens that are refused and can be ended again, never a dead family with living access tokens. Each
 * step can be repeated.
 *
 * Resolves to how many of them this call ended.
 *
 * @throws IssuerError `ERR_STORE_UNAVAILABLE`
 */
export async function endSessions(
  rows: readonly SessionRow[],
  reason: EndReason,
  now: number,
  settings: EndSettings,
): Promise<number> {
  await revokeAccessTokens(rows, now, settings)
  const ended = await Promise.all(
    rows.map(async ({ sid }) => {
      const isNew = await fromStore(() => settings.sessions.revoke(sid, now, reason))
      if (isNew) publishEnded({ sid, reason })
      return isNew
    }),
  )
  return ended.filter(Boolean).length
}
