import {
  type IssuerStore,
  type LoggedRevocation,
  type ReplayStep,
  type RevocationLog,
  revocationRow,
  type RotateStep,
  type SealedKeys,
  type SessionRow,
} from '@gatewarden/core'
import { merged } from './log-reader.ts'

/**
 * The contracts of a store, as plainly as they can be put: one list of each, searched from the start. What every other
 * store is compared with.
 */
export function createModelStore(): IssuerStore {
  let rows: SessionRow[] = []
  let keys: SealedKeys | undefined
  let log: LoggedRevocation[] = []
  let history: string[] = []

  const isLive = (row: SessionRow, now: number) =>
    row.revokedAt === null && row.idleExpiresAt > now && row.expiresAt > now

  function change(row: SessionRow, changes: Partial<SessionRow>): SessionRow {
    const changed = { ...row, ...changes }
    rows = rows.map((each) => (each === row ? changed : each))
    return changed
  }

  const sessions = {
    insert(session: SessionRow) {
      if (rows.some(({ handle, sid }) => handle === session.handle || sid === session.sid))
        return Promise.reject(new Error('handle or sid is taken'))
      rows = [...rows, session]
      return Promise.resolve()
    },

    find: (handle: string) => Promise.resolve(rows.find((row) => row.handle === handle)),

    findBySid: (sid: string) => Promise.resolve(rows.find((row) => row.sid === sid)),

    async rotate({ handle, generation, client, binding, now, idleExpiresAt }: RotateStep) {
      const row = await sessions.find(handle)
      if (row?.generation !== generation || row.client !== client) return undefined
      if (row.binding !== binding || !isLive(row, now)) return undefined
      return change(row, {
        generation: generation + 1,
        rotatedAt: now,
        replays: 0,
        idleExpiresAt: Math.min(Math.max(row.idleExpiresAt, idleExpiresAt), row.expiresAt),
      })
    },

    async replay({ handle, generation, now, late }: ReplayStep) {
      const row = await sessions.find(handle)
      if (row?.generation !== generation || !isLive(row, now)) return undefined
      const isFirst = late && row.lateGeneration !== generation
      return change(row, {
        replays: row.replays + 1,
        ...(isFirst && { lateGeneration: generation, lateAt: now }),
      })
    },

    async revoke(sid: string, now: number, reason: string) {
      const row = await sessions.findBySid(sid)
      if (row?.revokedAt !== null) return false
      change(row, { revokedAt: now, revokedFor: reason })
      return true
    },

    list: (subject: string, now: number) =>
      Promise.resolve(
        rows
          .filter((row) => row.subject === subject && isLive(row, now))
          .sort((a, b) => b.createdAt - a.createdAt),
      ),

    sweep(now: number) {
      const before = rows.length
      rows = rows.filter((row) => row.expiresAt > now)
      return Promise.resolve(before - rows.length)
    },
  }

  const revocations: RevocationLog = {
    append(entries) {
      history = [...history, ...entries.map(revocationRow)]
      const held = merged([...log, ...entries])
      log = [...held.values()]
      return Promise.resolve()
    },

    snapshot(now) {
      const live = log.filter(({ until }) => until > now).map(revocationRow)
      return Promise.resolve({ cursor: `${history.length}`, pages: onePage(live.join('')) })
    },

    read(cursor) {
      const rows = history.slice(Number(cursor)).join('')
      return Promise.resolve({ rows, cursor: `${history.length}`, hasMore: false })
    },

    find(keys) {
      const found = log.filter(({ key }) => keys.includes(key))
      return Promise.resolve(found.map(revocationRow).join(''))
    },

    listen: () => Promise.resolve(() => Promise.resolve()),

    sweep(now) {
      const before = log.length
      log = log.filter(({ until }) => until > now)
      return Promise.resolve(before - log.length)
    },
  }

  return {
    name: 'model',
    isDurable: false,
    sessions,
    revocations,
    keys: {
      read: () => Promise.resolve(keys),
      write(sealed, revision) {
        if (revision !== (keys?.revision ?? 0)) return Promise.resolve(false)
        keys = { revision: revision + 1, sealed }
        return Promise.resolve(true)
      },
    },
    ready: () => Promise.resolve(),
    sweep: async (now) => (await sessions.sweep(now)) + (await revocations.sweep(now)),
    close: () => Promise.resolve(),
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- what is iterated with for await
async function* onePage(rows: string): AsyncGenerator<string, void> {
  yield rows
}
